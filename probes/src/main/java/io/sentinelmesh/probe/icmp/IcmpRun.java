package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.Probers;
import io.sentinelmesh.probe.RungChoice;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.refusal.RefusalTally;

/** Sends a number of packets to one address, tells of each as its fate becomes known, sums up. */
final class IcmpRun implements Kind.Run {

    /** Beside pace and loss threshold: for an engine that is held up. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final InetAddress address;
    private final int count;
    private final ProberSettings settings;
    private final RungChoice choice;

    IcmpRun(InetAddress address, int count, ProberSettings settings, RungChoice choice) {
        this.address = address;
        this.count = count;
        this.settings = settings;
        this.choice = choice;
    }

    @Override
    public Report run(Progress progress) throws InterruptedException {
        IcmpFigures figures = new IcmpFigures(settings.pacing().lossThreshold());
        Listener listener = new Listener(figures, progress);
        try (Prober prober = Probers.open(choice, settings, listener)) {
            ProbeRung rung = prober.rung();
            listener.begin(rung.kind());
            progress.line(heading(rung));
            List<ProbeTarget> packets = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                packets.add(new ProbeTarget(i, address));
            }
            prober.probe(packets);
            listener.await(prober);
            // Another answer to the last packet would come on the heels of the first.
            prober.probe(List.of());
            return figures.report(address, rung, prober.counters(), prober.trouble());
        }
    }

    private String heading(ProbeRung rung) {
        String payload = rung.kind() == ProbeKind.TCP_CONNECT
                ? ""
                : ", " + settings.form().payloadBytes() + " bytes of payload";
        return "%s, %d packets%s, by %s".formatted(AddressText.of(address), count, payload, rung.label());
    }

    /** Called on the engine thread; the figures are read when it is done. */
    private final class Listener implements ProbeListener {

        private final IcmpFigures figures;
        private final Progress progress;
        private final CountDownLatch left = new CountDownLatch(count);
        private final BitSet known = new BitSet();
        private volatile ProbeKind kind = ProbeKind.ICMP_ECHO;
        private int hopLimit = EchoEvents.NO_HOP_LIMIT;

        Listener(IcmpFigures figures, Progress progress) {
            this.figures = figures;
            this.progress = progress;
        }

        void begin(ProbeKind measuredBy) {
            kind = measuredBy;
        }

        void await(Prober prober) throws InterruptedException {
            Duration most = settings.pacing().interval().plus(settings.pacing().lossThreshold()).plus(PATIENCE);
            long end = System.nanoTime() + most.toNanos();
            boolean done = false;
            while (!done && prober.trouble().isEmpty() && System.nanoTime() - end < 0) {
                done = left.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void hopLimitSeen(int target, int seen) {
            hopLimit = seen;
        }

        @Override
        public void answered(int packet, long sentNanos, long roundTripNanos) {
            String seen = hopLimit == EchoEvents.NO_HOP_LIMIT ? "" : " hop-limit=" + hopLimit;
            String bytes = kind == ProbeKind.ICMP_ECHO
                    ? EchoPacket.HEADER_LENGTH + settings.form().payloadBytes() + " bytes "
                    : "answer ";
            if (isNews(packet)) {
                figures.answered(roundTripNanos, hopLimit);
                tell(packet, bytes + "from " + AddressText.of(address) + ":", seen + " time=" + millis(roundTripNanos)
                        + " ms");
            }
            hopLimit = EchoEvents.NO_HOP_LIMIT;
        }

        @Override
        public void lost(int packet, long sentNanos) {
            if (isNews(packet)) {
                figures.lost();
                tell(packet, "no answer:", " within " + millis(settings.pacing().lossThreshold().toNanos()) + " ms");
            }
        }

        @Override
        public void refused(int packet, long sentNanos, RefusalReason reason, InetAddress offender) {
            if (isNews(packet)) {
                figures.refused(reason, offender);
                tell(packet, "refused by " + AddressText.of(offender) + ":", " " + RefusalTally.word(reason));
            }
        }

        @Override
        public void notSent(int packet, long dueNanos, String cause) {
            if (isNews(packet)) {
                figures.notSent(cause);
                tell(packet, "not sent:", " " + cause);
            }
        }

        @Override
        public void disturbed(int packet, long sentNanos, Disturbance cause) {
            if (isNews(packet)) {
                figures.disturbed();
                tell(packet, "not measured:", " " + cause.label());
            }
        }

        @Override
        public void duplicate(int packet, long sentNanos) {
            figures.duplicate();
            progress.line("duplicate from " + AddressText.of(address) + ": seq=" + (packet + 1));
        }

        @Override
        public void late(int packet, long sentNanos) {
            figures.late();
            progress.line("late answer from " + AddressText.of(address) + ": seq=" + (packet + 1));
        }

        @Override
        public void corrupt(int packet, long sentNanos) {
            figures.corrupt();
            progress.line("corrupt answer from " + AddressText.of(address) + ": seq=" + (packet + 1));
        }

        private boolean isNews(int packet) {
            boolean news = !known.get(packet);
            known.set(packet);
            return news;
        }

        private void tell(int packet, String what, String more) {
            progress.line(what + " seq=" + (packet + 1) + more);
            left.countDown();
        }

        @Override
        public void tick(long nowNanos) {
            // The run waits for fates, not for time.
        }
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }
}
