package io.sentinelmesh.agent.simulate;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One run: joins everybody, lets them measure for a while, waits until all is acknowledged, and tells what came of it. */
final class Simulation {

    /** For what is under way at the end. */
    static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    private static final long NANOS = 1_000_000_000;

    /**
     * @param duration from when all are joined; empty: until interrupted
     * @param books where to write down what was acknowledged
     */
    record Plan(URI door, World world, List<Fault> faults, Duration liveEvery, Duration backlog,
            Optional<Duration> duration, Optional<Path> books) {
    }

    private final Plan plan;
    private final Identities identities;
    private final PrintStream err;
    private final InstantSource clock;
    private final CountDownLatch stop = new CountDownLatch(1);

    Simulation(Plan plan, Identities identities, PrintStream err, InstantSource clock) {
        this.plan = plan;
        this.identities = identities;
        this.err = err;
        this.clock = clock;
    }

    /** Ends it early, as well as if its time were over. Any thread. */
    void stop() {
        stop.countDown();
    }

    ObjectNode run() throws InterruptedException, IOException {
        World world = plan.world();
        List<Identities.Identity> all = identities.of(world, joined -> {
            if (joined % 100 == 0 || joined == world.agents()) {
                err.println(joined + " of " + world.agents() + " agents have their certificates");
            }
        });
        long begin = BatchMaker.micros(clock.instant());
        Rounds rounds = new Rounds(world, all.stream().map(Identities.Identity::id).toList(), plan.faults(), begin);
        long began = System.nanoTime();
        try (Fleet fleet = Fleet.start(plan.door(), rounds, all, plan.backlog(), plan.liveEvery(), clock)) {
            boolean early = follow(fleet, began);
            fleet.end();
            long measured = System.nanoTime() - began;
            boolean settled = settle(fleet);
            ObjectNode summary = summary(fleet, measured, fleet.resultsLeft()).put("settled", settled)
                    .put("interrupted", early);
            if (plan.books().isPresent()) {
                fleet.shared().books().write(plan.books().get(), rounds, fleet.shared().firstRound());
            }
            return summary;
        }
    }

    /** @return whether it was stopped before its time */
    private boolean follow(Fleet fleet, long began) throws InterruptedException {
        long lastResults = 0;
        long last = began;
        while (true) {
            long left = plan.duration().map(time -> began + time.toNanos() - System.nanoTime()).orElse(Long.MAX_VALUE);
            if (left <= 0) {
                return false;
            }
            if (stop.await(Math.min(left, TELL_EVERY.toNanos()), TimeUnit.NANOSECONDS)) {
                return plan.duration().isPresent();
            }
            long now = System.nanoTime();
            long results = fleet.shared().figures().resultsAcknowledged.sum();
            err.println(String.format(Locale.ROOT,
                    "%4d s: %d of %d linked, %,d results acknowledged, %,.0f/s, %,d under way%s", (now - began) / NANOS,
                    fleet.shared().linked().get(), plan.world().agents(), results,
                    (results - lastResults) * (double) NANOS / (now - last),
                    fleet.shared().figures().resultsMade.sum() - results, trouble(fleet.shared().figures())));
            lastResults = results;
            last = now;
        }
    }

    private static String trouble(Figures figures) {
        return (figures.refusals.sum() == 0
                ? ""
                : "; " + figures.refusals.sum() + " refusals, the last: " + figures.lastRefusal())
                + (figures.attemptsFailed.sum() == 0
                        ? ""
                        : "; " + figures.attemptsFailed.sum() + " attempts to link failed, the last: "
                                + figures.lastFailure());
    }

    private static boolean settle(Fleet fleet) throws InterruptedException {
        long until = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (!fleet.isSettled()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return true;
    }

    private ObjectNode summary(Fleet fleet, long measuredNanos, SimulatedAgent.Left left) {
        Figures figures = fleet.shared().figures();
        Tally all = fleet.shared().books().all();
        double seconds = measuredNanos / (double) NANOS;
        double cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / (double) NANOS;
        return JsonNodeFactory.instance.objectNode().put("agents", plan.world().agents())
                .put("sites", plan.world().sites()).put("seed", plan.world().seed())
                .put("seconds", Math.round(seconds * 10) / 10.0).put("links", figures.links.sum())
                .put("links_lost", figures.linksLost.sum()).put("attempts_failed", figures.attemptsFailed.sum())
                .put("refusals", figures.refusals.sum()).put("last_refusal", figures.lastRefusal())
                .put("batches", figures.batchesSent.sum()).put("batches_again", figures.batchesSentAgain.sum())
                .put("batch_bytes", figures.batchBytes.sum()).put("results_made", figures.resultsMade.sum())
                .put("results_acknowledged", all.results()).put("results_left", left.owed())
                .put("results_taken_down", left.takenDown())
                .put("packets_sent", all.sent()).put("packets_received", all.received())
                .put("live_rows", figures.liveRows.sum()).put("live_rows_left_out", figures.liveRowsLeftOut.sum())
                .put("live_bytes", figures.liveBytes.sum())
                .put("results_per_s", Math.round(all.results() / seconds)).put("cpu_s", Math.round(cpu * 10) / 10.0);
    }
}
