package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.PacketWait;

/**
 * The sender's side of {@code scripts/bench stamp}: runs in one namespace, against a reflector that runs in another.
 *
 * <p>
 * Arguments: delay REFLECTOR SECONDS, or loss REFLECTOR SECONDS ROUTER, the namespace whose rules drop. Prints one line of numbers.
 */
public final class StampBench {

    private static final Duration INTERVAL = Duration.ofMillis(40);
    private static final int FLOWS = 8;
    private static final Duration WARM = Duration.ofSeconds(2);
    private static final int MOST_SAMPLES = 1_000_000;
    private static final Duration LONGEST_LOSS_RUN = Duration.ofMinutes(3);
    /** Half of what is sent. */
    private static final int ANSWERS_PER_SECOND = 100;
    /** Longer than a busy machine keeps the sender waiting. */
    private static final Duration LOSS_THRESHOLD = Duration.ofSeconds(2);
    private static final long LONGEST_SLEEP_NANOS = 50_000_000L;

    private StampBench() {
    }

    public static void main(String[] arguments) {
        InetAddress reflector = InetAddress.ofLiteral(arguments[1]);
        long seconds = Long.parseLong(arguments[2]);
        System.out.println(switch (arguments[0]) {
            case "delay" -> delay(reflector, seconds);
            case "loss" -> loss(reflector, seconds, arguments[3]);
            default -> throw new IllegalArgumentException(arguments[0]);
        });
    }

    /** Net p50 and p99 with follow-ups, net p99 without, user space p50 and p99, all us; samples; unstamped, lost. */
    private static String delay(InetAddress reflector, long seconds) {
        Recorded recorded = new Recorded();
        StampCounters counters = new StampCounters();
        run(reflector, recorded, counters, WARM.toNanos(), () -> false);
        recorded.restart();
        long unstamped = counters.unstamped();
        run(reflector, recorded, counters, Duration.ofSeconds(seconds).toNanos(), () -> false);
        return String.format(Locale.ROOT, "%.2f %.2f %.2f %.2f %.2f %d %d %d", recorded.netExact(50),
                recorded.netExact(99), recorded.net(99), recorded.user(50), recorded.user(99), recorded.answered,
                counters.unstamped() - unstamped, recorded.lost);
    }

    /**
     * Router rules drop on both ways for about so long, then no more, until every loss is attributed. What the rules counted: packets; what we did.
     */
    private static String loss(InetAddress reflector, long seconds, String router) {
        Recorded recorded = new Recorded();
        StampCounters counters = new StampCounters();
        long[] dropped = new long[2];
        long[] mendedAt = {0};
        // By what came in and not by the clock: on a machine that busy the JVM takes seconds to get going.
        long enough = seconds * ANSWERS_PER_SECOND;
        run(reflector, recorded, counters, LONGEST_LOSS_RUN.toNanos(), () -> {
            if (mendedAt[0] == 0 && recorded.answered >= enough) {
                // Its counters stay where they are; only the rules go.
                nft(router, "flush chain inet bench forward");
                mendedAt[0] = System.nanoTime();
            }
            return mendedAt[0] != 0 && System.nanoTime() - mendedAt[0] > 2 * LOSS_THRESHOLD.toNanos()
                    && recorded.forward + recorded.backward == recorded.lost;
        });
        String counted = nft(router, "list counters");
        Matcher packets = Pattern.compile("packets ([0-9]+)").matcher(counted);
        for (int way = 0; way < 2 && packets.find(); way++) {
            dropped[way] = Long.parseLong(packets.group(1));
        }
        return String.format(Locale.ROOT, "%d %d %d %d %d %d %d", dropped[0], dropped[1], recorded.forward,
                recorded.backward, recorded.unknown, recorded.answered, counters.pauses());
    }

    @FunctionalInterface
    private interface End {
        boolean isReached();
    }

    /** Listens whenever it sleeps, so that the user-space figure is as good as a program that waits for its answer gets it. */
    private static void run(InetAddress reflector, Recorded recorded, StampCounters counters, long nanos, End end) {
        StampSettings settings = new StampSettings(new ProbePacing(INTERVAL, LOSS_THRESHOLD), FLOWS,
                StampSettings.leastSize(false), 0, StampSettings.FULL_HOP_LIMIT, Optional.empty(), Optional.empty());
        KernelClock clock = new KernelClock();
        KernelStampNetwork network = KernelStampNetwork.open(settings);
        try (StampSender sender = new StampSender(network, clock, settings, Long.MAX_VALUE, 7, recorded, counters)) {
            PacketWait wait = new PacketWait(sender.pollables());
            sender.replaceTargets(List.of(new StampTarget(0, reflector, ReflectorSettings.DEFAULT_PORT)));
            long until = clock.monotonicNanos() + nanos;
            while (clock.monotonicNanos() - until < 0 && !end.isReached()) {
                long wake = sender.step(clock.monotonicNanos());
                long sleep = Math.min(wake - clock.monotonicNanos(), LONGEST_SLEEP_NANOS);
                if (sleep > 0) {
                    wait.untilPacket(sleep);
                }
            }
        }
    }

    private static String nft(String namespace, String command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "nft"));
        words.addAll(List.of(command.split(" ")));
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("nft does not run", e);
        }
    }

    private static final class Recorded implements StampListener {

        private final long[] net = new long[MOST_SAMPLES];
        private final long[] netExact = new long[MOST_SAMPLES];
        private final long[] user = new long[MOST_SAMPLES];
        private int answered;
        private int refined;
        private int lost;
        private int forward;
        private int backward;
        private int unknown;

        void restart() {
            answered = 0;
            refined = 0;
            lost = 0;
        }

        double net(double percent) {
            return percentile(net, answered, percent);
        }

        double netExact(double percent) {
            return percentile(netExact, refined, percent);
        }

        double user(double percent) {
            return percentile(user, answered, percent);
        }

        /** Microseconds. */
        private static double percentile(long[] values, int count, double percent) {
            if (count == 0) {
                return Double.NaN;
            }
            long[] ascending = Arrays.copyOf(values, count);
            Arrays.sort(ascending);
            return ascending[Math.max((int) Math.ceil(percent / 100 * count), 1) - 1] / 1e3;
        }

        @Override
        public void answered(int target, int flow, StampAnswer answer) {
            if (answered < MOST_SAMPLES) {
                net[answered] = answer.netRoundTripNanos();
                user[answered] = answer.userSpaceRoundTripNanos();
                answered++;
            }
        }

        @Override
        public void refined(int target, int flow, int sequence, long residenceNanos, long netRoundTripNanos) {
            if (refined < MOST_SAMPLES) {
                netExact[refined++] = netRoundTripNanos;
            }
        }

        @Override
        public void lost(int target, int flow, int sequence, long sentNanos) {
            lost++;
        }

        @Override
        public void attributed(int target, int flow, int forward, int backward, int unknown) {
            this.forward += forward;
            this.backward += backward;
            this.unknown += unknown;
        }

        @Override
        public void refused(int target, int flow, int sequence, long sentNanos, RefusalReason reason,
                InetAddress offender) {
            throw new IllegalStateException("refused: " + reason);
        }

        @Override
        public void notSent(int target, int flow, long dueNanos, String cause) {
            throw new IllegalStateException("not sent: " + cause);
        }

        @Override
        public void duplicate(int target, int flow, boolean forward) {
            throw new IllegalStateException("no veth pair doubles packets");
        }

        @Override
        public void reordered(int target, int flow, boolean forward) {
            // Told, not asked for.
        }

        @Override
        public void tick(long nowNanos) {
            // No rounds.
        }
    }
}
