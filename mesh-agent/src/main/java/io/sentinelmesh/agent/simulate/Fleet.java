package io.sentinelmesh.agent.simulate;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** All simulated agents: a few event loops and a few threads that make frames, whatever their number. */
final class Fleet implements AutoCloseable {

    /** A handshake costs each end some milliseconds; begun all at once, none would end in time. */
    private static final int LINKS_OPENED_AT_ONCE = 8;
    private static final int EVENT_LOOPS = 2;
    private static final int MAKERS = 2;
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /**
     * What all agents share.
     *
     * @param firstRound by its number, the backlog's first
     * @param spread over how much of a round the agents send, one after another
     * @param liveEvery one live row of each agent
     * @param liveWithRounds whether a live row goes with each round instead
     * @param endMicros since 1970: what would be due later is not sent
     * @param linked links that stand
     * @param opening permits for links that are being opened, until the aggregator has taken the HELLO
     */
    record Shared(Rounds rounds, BatchMaker maker, Books books, Figures figures, DoorLinks door, InstantSource clock,
            long firstRound, Duration spread, Duration liveEvery, boolean liveWithRounds, AtomicLong endMicros,
            AtomicInteger linked, Semaphore opening) {
    }

    private final Vertx vertx;
    private final ExecutorService makers;
    private final List<SimulatedAgent> agents = new ArrayList<>();
    private final Shared shared;

    private Fleet(Vertx vertx, ExecutorService makers, Shared shared) {
        this.vertx = vertx;
        this.makers = makers;
        this.shared = shared;
    }

    /** @param backlog how old the first rounds are */
    static Fleet start(URI door, Rounds rounds, List<Identities.Identity> identities, Duration backlog,
            Duration liveEvery, InstantSource clock) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS).setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2));
        ExecutorService makers = Executors.newFixedThreadPool(MAKERS,
                Thread.ofPlatform().daemon().name("maker-", 1).factory());
        World world = rounds.world();
        long now = BatchMaker.micros(clock.instant());
        Shared shared = new Shared(rounds, new BatchMaker(rounds, clock), new Books(world.agents()), new Figures(),
                new DoorLinks(vertx, door, identities), clock,
                Math.floorDiv(now - backlog.toNanos() / 1_000, world.roundMicros()),
                world.roundLength().multipliedBy(9).dividedBy(10), liveEvery,
                liveEvery.compareTo(world.roundLength()) >= 0, new AtomicLong(Long.MAX_VALUE), new AtomicInteger(),
                new Semaphore(LINKS_OPENED_AT_ONCE));
        Fleet fleet = new Fleet(vertx, makers, shared);
        fleet.populate();
        return fleet;
    }

    private void populate() {
        List<Context> loops = new ArrayList<>();
        for (int i = 0; i < EVENT_LOOPS; i++) {
            loops.add(vertx.getOrCreateContext());
        }
        for (int i = 0; i < shared.rounds().world().agents(); i++) {
            agents.add(new SimulatedAgent(i, shared, loops.get(i % EVENT_LOOPS), makers));
        }
        for (Context loop : loops) {
            List<SimulatedAgent> own = agents.stream().filter(agent -> agent.context().equals(loop)).toList();
            loop.runOnContext(_ -> vertx.setPeriodic(LOOK_EVERY.toMillis(), _ -> own.forEach(SimulatedAgent::look)));
        }
    }

    Shared shared() {
        return shared;
    }

    /** Makes no more rounds than those that are due now. */
    void end() {
        shared.endMicros().set(BatchMaker.micros(shared.clock().instant()));
    }

    /** Whether every round that was made is acknowledged, but for those of agents that a fault has taken down. */
    boolean isSettled() {
        return ask(SimulatedAgent::isSettled).stream().allMatch(Boolean::booleanValue);
    }

    /** Results that were made and are not acknowledged. */
    SimulatedAgent.Left resultsLeft() {
        return ask(SimulatedAgent::resultsLeft).stream().reduce(SimulatedAgent.Left.NOTHING,
                SimulatedAgent.Left::plus);
    }

    /** Of each agent, on its event loop; none of one that does not come to answer in time. */
    private <T> List<T> ask(Function<SimulatedAgent, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (SimulatedAgent agent : agents) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            agent.context().runOnContext(_ -> answer.complete(question.apply(agent)));
            answers.add(answer);
        }
        List<T> all = new ArrayList<>();
        for (CompletableFuture<T> answer : answers) {
            try {
                all.add(answer.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return all;
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("an event loop does not answer", e);
            }
        }
        return all;
    }

    /** Says goodbye for all and ends the threads. */
    @Override
    public void close() {
        ask(SimulatedAgent::leave).forEach(left -> {
            try {
                left.toCompletionStage().toCompletableFuture().get(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // The process ends, and its sockets with it.
            }
        });
        makers.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().completeOnTimeout(null, 5, TimeUnit.SECONDS).join();
    }
}
