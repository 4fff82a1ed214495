package io.sentinelmesh.probe.mtu;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.mtu.Fate.Arrived;
import io.sentinelmesh.probe.mtu.Fate.NotSent;
import io.sentinelmesh.probe.mtu.Fate.Refused;
import io.sentinelmesh.probe.mtu.Fate.Silent;
import io.sentinelmesh.probe.mtu.Fate.TooBig;

/**
 * Finds the largest size between two that passes. Keeps a size that passed and a ceiling, believes routers that tell a size in between, and halves
 * the rest. Silence alone may be loss, so before it makes a black hole it is asked again, more often. At most {@link #MOST_STEPS} sizes of
 * {@link MtuRequest#tries} packets each (twice as many when it doubts), and for each that was silent a small packet or as many again.
 */
final class PathMtuSearch {

    /** Halving 65,535 takes 16; what routers tell on the way shortens it. A path of more different links ends the search where it is. */
    static final int MOST_STEPS = 40;
    /** Before larger packets are said to vanish, the next size and the largest possible one are asked so many times as often. */
    private static final int DOUBTERS_TRIES = 2;
    /** An answer to a packet of known round trip is waited for so many times as long, */
    private static final int PATIENCE = 4;
    /** and so long at least: large packets take longer, and so do hosts that are busy. */
    static final long LEAST_TIMEOUT_NANOS = 200_000_000L;
    /** Between packets, so that one moment of a full queue does not drop all of them. */
    private static final long PAUSE_NANOS = 20_000_000L;
    /** The same once a packet that should have been answered was not: Linux has one answer a second when its first ones are used up. */
    private static final long CAUTIOUS_PAUSE_NANOS = 1_100_000_000L;

    private final SizedPackets packets;
    private final MtuRequest request;
    private final Progress progress;
    private int sent;
    private int passed;
    /** No more than this passes, or seems to. */
    private int ceiling;
    /** No more than this passes, says a router or the request. */
    private int told;
    private int doubts;
    private long timeoutNanos;
    private long pauseNanos = PAUSE_NANOS;
    private Optional<InetAddress> limitedBy = Optional.empty();

    PathMtuSearch(SizedPackets packets, MtuRequest request, Progress progress) {
        this.packets = packets;
        this.request = request;
        this.progress = progress;
        timeoutNanos = request.timeout().toNanos();
        ceiling = request.most();
        told = request.most();
    }

    int packetsSent() {
        return sent;
    }

    PathMtu run() throws InterruptedException {
        Fate least = insist(request.least(), request.tries());
        if (least instanceof Silent) {
            // Others may have used up its answers just now.
            pauseNanos = CAUTIOUS_PAUSE_NANOS;
            least = once(request.least());
        }
        return switch (least) {
            case Arrived first -> {
                passed = request.least();
                long usual = Math.max(LEAST_TIMEOUT_NANOS, PATIENCE * first.roundTripNanos());
                timeoutNanos = Math.min(timeoutNanos, usual);
                yield narrow();
            }
            case TooBig told -> new PathMtu.BelowLeast(told.mtu(), told.by());
            case Silent _ -> new PathMtu.Unanswered();
            case Refused refused -> new PathMtu.Refused(refused.reason(), refused.by());
            case NotSent failed -> new PathMtu.NotSent(failed.cause());
        };
    }

    private PathMtu narrow() throws InterruptedException {
        int size = ceiling;
        for (int step = 0; step < MOST_STEPS && passed < told; step++) {
            // Nobody told of this end: either larger packets vanish, or some were merely lost.
            boolean doubting = passed == ceiling;
            if (doubting) {
                size = doubts == 0 ? passed + 1 : told;
            }
            switch (insist(size, doubting ? DOUBTERS_TRIES * request.tries() : request.tries())) {
                case Arrived _ -> {
                    passed = size;
                    raiseCeiling();
                }
                case TooBig limit -> {
                    boolean plausible = limit.mtu() >= passed && limit.mtu() < size;
                    told = plausible ? limit.mtu() : size - 1;
                    limitedBy = Optional.of(limit.by());
                    ceiling = told;
                    doubts = 0;
                    size = ceiling;
                    if (plausible) {
                        continue;
                    }
                }
                case Silent _ -> {
                    boolean answered = once(passed) instanceof Arrived;
                    if (!answered && pauseNanos < CAUTIOUS_PAUSE_NANOS) {
                        // The destination has few answers left: the same size again, and slowly from now on.
                        pauseNanos = CAUTIOUS_PAUSE_NANOS;
                        continue;
                    }
                    if (!answered && !(insist(passed, request.tries()) instanceof Arrived)) {
                        return new PathMtu.Inconclusive(passed);
                    }
                    if (doubting && size == told) {
                        return new PathMtu.BlackHole(passed);
                    }
                    if (doubting) {
                        doubts++;
                        continue;
                    }
                    ceiling = size - 1;
                }
                case Refused refused -> {
                    return new PathMtu.Refused(refused.reason(), refused.by());
                }
                case NotSent failed -> {
                    return new PathMtu.NotSent(failed.cause());
                }
            }
            size = passed + (ceiling - passed + 1) / 2;
        }
        return found();
    }

    /** What passed in spite of the ceiling shows that this was made by loss. */
    private void raiseCeiling() {
        if (passed > ceiling) {
            ceiling = told;
            doubts = 0;
        }
    }

    private PathMtu found() {
        if (passed == request.most()) {
            return new PathMtu.Full(passed);
        }
        return limitedBy.filter(_ -> passed == told).<PathMtu>map(router -> new PathMtu.Reduced(passed, router))
                .orElseGet(() -> new PathMtu.Inconclusive(passed));
    }

    private Fate insist(int size, int tries) throws InterruptedException {
        for (int attempt = 0; attempt < tries; attempt++) {
            Fate fate = once(size);
            if (!(fate instanceof Silent)) {
                progress.line(String.format(Locale.ROOT, "%5d bytes: %s", size, text(fate)));
                return fate;
            }
        }
        progress.line(String.format(Locale.ROOT, "%5d bytes: no answer to %d packets", size, tries));
        return new Silent();
    }

    private Fate once(int size) throws InterruptedException {
        if (sent++ > 0) {
            packets.pause(pauseNanos);
        }
        return packets.send(size, timeoutNanos);
    }

    private static String text(Fate fate) {
        return switch (fate) {
            case Arrived arrived ->
                String.format(Locale.ROOT, "answered after %.3f ms", arrived.roundTripNanos() / 1e6);
            case TooBig told -> "too big, says " + AddressText.of(told.by())
                    + (told.mtu() > 0 ? ", which takes " + told.mtu() : "");
            case Silent _ -> "no answer";
            case Refused refused -> refused.reason() + ", says " + AddressText.of(refused.by());
            case NotSent failed -> "not sent: " + failed.cause();
        };
    }
}
