package io.sentinelmesh.probe.tcp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.SendSchedule;

/** {@link ConnectEngine} over the JDK's channels, for systems other than Linux. One thread. */
final class ChannelConnectEngine implements AutoCloseable {

    /** Open sockets at once: below the 1,024 files that a process may commonly have. */
    static final int MOST_UNDER_WAY = 512;
    /** Between two looks at the selector, so that an answer does not wait behind many departures. */
    private static final int MOST_IN_A_ROW = 8;
    private static final Duration LONGEST_SLEEP = Duration.ofMillis(50);

    /** Where sockets come from; fails when the process or the host has no more of them. */
    @FunctionalInterface
    interface ChannelSource {
        SocketChannel open() throws IOException;
    }

    private final Selector selector;
    private final ChannelSource channels;
    private final EngineClock clock;
    private final ProbeListener listener;
    private final int port;
    private final Optional<InetAddress> source;
    private final long lossThresholdNanos;
    private final SendSchedule schedule;
    private final Queue<Attempt> underWay = new ArrayDeque<>();
    private List<ProbeTarget> targets = List.of();

    ChannelConnectEngine(Selector selector, ChannelSource channels, EngineClock clock, ProberSettings settings,
            ProbeListener listener) {
        this.selector = selector;
        this.channels = channels;
        this.clock = clock;
        this.listener = listener;
        port = settings.tcpPort();
        source = settings.sourceAddress();
        lossThresholdNanos = settings.pacing().lossThreshold().toNanos();
        schedule = new SendSchedule(settings.pacing().interval());
    }

    void replaceTargets(List<ProbeTarget> wanted) {
        schedule.replace(wanted, clock.monotonicNanos());
        targets = schedule.targets();
    }

    void step() throws IOException {
        long now = clock.monotonicNanos();
        schedule.catchUp(now);
        for (int i = 0; i < MOST_IN_A_ROW; i++) {
            int next = schedule.take(now);
            if (next < 0) {
                break;
            }
            begin(targets.get(next));
        }
        long wait = Math.clamp(schedule.nextDue() - clock.monotonicNanos(), 0, LONGEST_SLEEP.toNanos());
        if (wait == 0) {
            selector.selectNow();
        } else {
            selector.select(Math.max(1, wait / 1_000_000));
        }
        long selected = clock.monotonicNanos();
        for (SelectionKey key : selector.selectedKeys()) {
            end((Attempt) key.attachment(), selected);
        }
        selector.selectedKeys().clear();
        giveUpOverdue(selected);
        listener.tick(clock.wallNanos());
    }

    private void begin(ProbeTarget target) {
        long wall = clock.wallNanos();
        if (underWay.size() >= MOST_UNDER_WAY) {
            listener.notSent(target.index(), wall, "more than " + MOST_UNDER_WAY + " TCP connections under way");
            return;
        }
        SocketChannel channel;
        try {
            channel = channels.open();
        } catch (IOException e) {
            // Too many open files: this packet's fate, not the engine's.
            listener.notSent(target.index(), wall, String.valueOf(e.getMessage()));
            return;
        }
        Attempt attempt = new Attempt(target, channel, clock.monotonicNanos(), wall);
        try {
            channel.configureBlocking(false);
            // Closing resets the connection, so that no socket lingers for minutes after each packet.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            if (source.isPresent()) {
                channel.bind(new InetSocketAddress(source.orElseThrow(), 0));
            }
            boolean connected = channel.connect(new InetSocketAddress(target.address(), port));
            if (connected) {
                answered(attempt, clock.monotonicNanos());
            } else {
                channel.register(selector, SelectionKey.OP_CONNECT, attempt);
                underWay.add(attempt);
            }
        } catch (ConnectException e) {
            // To an address of this host the reset is there at once.
            answered(attempt, clock.monotonicNanos());
        } catch (IOException | RuntimeException e) {
            attempt.close();
            listener.notSent(target.index(), wall, String.valueOf(e.getMessage()));
        }
    }

    private void end(Attempt attempt, long now) {
        try {
            if (attempt.channel.finishConnect()) {
                answered(attempt, now);
            }
        } catch (ConnectException e) {
            answered(attempt, now);
        } catch (NoRouteToHostException e) {
            refused(attempt, RefusalReason.HOST_UNREACHABLE);
        } catch (SocketException e) {
            boolean network = String.valueOf(e.getMessage()).contains("Network is unreachable");
            refused(attempt, network ? RefusalReason.NETWORK_UNREACHABLE : RefusalReason.OTHER);
        } catch (IOException e) {
            refused(attempt, RefusalReason.OTHER);
        }
    }

    private void answered(Attempt attempt, long now) {
        attempt.close();
        listener.answered(attempt.target.index(), attempt.sentWall, Math.max(0, now - attempt.sent));
    }

    private void refused(Attempt attempt, RefusalReason reason) {
        attempt.close();
        listener.refused(attempt.target.index(), attempt.sentWall, reason, attempt.target.address());
    }

    private void giveUpOverdue(long now) {
        // In the order of their departure; those that ended are dropped as they come to the front.
        for (Attempt oldest = underWay.peek(); oldest != null; oldest = underWay.peek()) {
            if (!oldest.ended && now - oldest.sent < lossThresholdNanos) {
                return;
            }
            underWay.remove();
            if (!oldest.ended) {
                oldest.close();
                listener.lost(oldest.target.index(), oldest.sentWall);
            }
        }
    }

    @Override
    public void close() throws IOException {
        underWay.forEach(Attempt::close);
        selector.close();
    }

    private static final class Attempt {

        private final ProbeTarget target;
        private final SocketChannel channel;
        private final long sent;
        private final long sentWall;
        private boolean ended;

        Attempt(ProbeTarget target, SocketChannel channel, long sent, long sentWall) {
            this.target = target;
            this.channel = channel;
            this.sent = sent;
            this.sentWall = sentWall;
        }

        void close() {
            ended = true;
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was sent on it that could be lost, and the file is freed all the same.
            }
        }
    }
}
