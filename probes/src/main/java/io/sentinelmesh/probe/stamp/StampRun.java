package io.sentinelmesh.probe.stamp;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.nativenet.NativeCallException;

/** One run of the command line's: so many packets of each flow to one reflector. */
final class StampRun implements Kind.Run {

    private static final long LOOK_MILLIS = 20;
    private static final long PROGRESS_NANOS = 1_000_000_000L;
    private static final int PARTS = RelativeDelay.BUCKETS;

    private final StampTarget target;
    private final StampSettings settings;
    private final int count;

    StampRun(StampTarget target, StampSettings settings, int count) {
        this.target = target;
        this.settings = settings;
        this.count = count;
    }

    @Override
    public Report run(Progress progress) throws InterruptedException {
        Duration interval = settings.pacing().interval();
        StampTally tally = new StampTally(settings.flows(), count,
                Math.max(1, interval.toNanos() * count / PARTS));
        StampProber prober = open(tally);
        int[] ports = prober.sourcePorts(target.address());
        try (prober) {
            progress.line("STAMP to " + AddressText.of(target.address()) + " port " + target.port() + ": "
                    + settings.flows() + (settings.flows() == 1 ? " flow, " : " flows, ") + count
                    + " packets of each, " + settings.size() + " bytes"
                    + (settings.key().isPresent() ? ", authenticated" : ""));
            prober.probe(List.of(target));
            await(prober, tally, progress);
        }
        // Closed: nobody writes to the tally any more.
        if (prober.trouble().isPresent()) {
            throw new IllegalStateException("the engine stopped: " + prober.trouble().get());
        }
        return new StampReport(target, settings, count, ports, tally, prober.counters()).report();
    }

    private StampProber open(StampTally tally) {
        try {
            return StampProber.open(settings, count, tally);
        } catch (NativeCallException e) {
            throw new BadRequestException(e.getMessage() + "; check source and family", e);
        }
    }

    private void await(StampProber prober, StampTally tally, Progress progress) throws InterruptedException {
        long packets = (long) count * settings.flows();
        // A schedule that is held up moves on; twice the planned time and some seconds are more than any pause we would wait for.
        long began = System.nanoTime();
        long patience = 2 * (settings.pacing().interval().toNanos() * count
                + settings.pacing().lossThreshold().toNanos()) + 10 * PROGRESS_NANOS;
        long nextLine = began + PROGRESS_NANOS;
        while (!prober.isFinished() && prober.trouble().isEmpty() && System.nanoTime() - began < patience) {
            Thread.sleep(LOOK_MILLIS);
            if (System.nanoTime() - nextLine >= 0 && !prober.isFinished()) {
                nextLine += PROGRESS_NANOS;
                progress.line(
                        String.format(Locale.ROOT, "%d of %d done, %d answered, the last in %.3f ms", tally.fates(),
                                packets, tally.answeredSoFar(), tally.lastNetRoundTripNanos() / 1e6));
            }
        }
    }
}
