package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;

/** Climbs the ladder in a process of its own, whose rights its starter chose: tells the rung and the first fate, then ends. */
final class LadderRun {

    private LadderRun() {
    }

    public static void main(String... args) {
        RecordedFates fates = new RecordedFates(ProbePacing.DEFAULT);
        try (Prober prober = Probers.open(new ProbePacing(Duration.ofMillis(50), Duration.ofSeconds(1)),
                Optional.empty(), new Ending(fates))) {
            System.out.println(prober.rung().kind().label() + " | " + prober.rung().label() + " | "
                    + prober.rung().remedy().orElse("nothing better"));
            prober.probe(List.of(new ProbeTarget(0, InetAddress.ofLiteral("127.0.0.1"))));
            synchronized (fates) {
                while (fates.all().isEmpty()) {
                    fates.wait(10_000);
                }
            }
            System.out.println(fates.of(0).getFirst().getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wakes the main thread at the first fate. */
    private record Ending(RecordedFates fates) implements ProbeListener {

        @Override
        public void answered(int target, long sentNanos, long roundTripNanos) {
            fates.answered(target, sentNanos, roundTripNanos);
            wake();
        }

        @Override
        public void lost(int target, long sentNanos) {
            fates.lost(target, sentNanos);
            wake();
        }

        @Override
        public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
            fates.refused(target, sentNanos, reason, offender);
            wake();
        }

        @Override
        public void notSent(int target, long dueNanos, String cause) {
            fates.notSent(target, dueNanos, cause);
            wake();
        }

        @Override
        public void duplicate(int target, long sentNanos) {
            fates.duplicate(target, sentNanos);
        }

        @Override
        public void tick(long nowNanos) {
            fates.tick(nowNanos);
        }

        private void wake() {
            synchronized (fates) {
                fates.notifyAll();
            }
        }
    }
}
