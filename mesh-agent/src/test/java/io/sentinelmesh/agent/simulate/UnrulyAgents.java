package io.sentinelmesh.agent.simulate;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/**
 * The program behind {@code scripts/torture aggregator} that misbehaves: {@code UnrulyAgents URL IDENTITIES BOOKS SITES AGENTS_PER_SITE SEED}. The agents
 * of the last site, who have joined before, are played until standard input ends, and then until all they sent is acknowledged. Prints one JSON object.
 */
final class UnrulyAgents {

    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final Duration SETTLE_WITHIN = Duration.ofSeconds(90);

    private UnrulyAgents() {
    }

    public static void main(String[] arguments) {
        try {
            System.exit(run(arguments));
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static int run(String[] arguments) throws Exception {
        URI door = URI.create(arguments[0]);
        long seed = Long.parseLong(arguments[5]);
        World world = new World(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), seed, ROUND, 10);
        List<Identities.Identity> all = new Identities(Path.of(arguments[1]), door, Optional.empty(),
                InstantSource.system()).of(world, _ -> {
                });
        Rounds rounds = new Rounds(world, all.stream().map(Identities.Identity::id).toList(), List.of(), 0);
        Books books = new Books(world.agents());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        DoorLinks links = new DoorLinks(vertx, door, all);
        AtomicBoolean stopping = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        List<UnrulyAgent> agents = new ArrayList<>();
        for (int agent = world.agents() - world.agentsPerSite(); agent < world.agents(); agent++) {
            agents.add(new UnrulyAgent(agent, rounds, books, links, seed, stopping::get));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (UnrulyAgent agent : agents) {
                running.add(threads.submit(() -> {
                    agent.run(over::get);
                    return agent;
                }));
            }
            while (System.in.read() >= 0) {
                // Nothing is told but the end.
            }
            stopping.set(true);
            Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(SETTLE_WITHIN);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                over.set(true);
            });
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        // Rounds of theirs are not one after the other: no samples of them.
        books.write(Path.of(arguments[2]), rounds, 1);
        long left = agents.stream().mapToLong(UnrulyAgent::left).sum();
        tell(agents, books, left);
        return left == 0 ? 0 : 1;
    }

    private static void tell(List<UnrulyAgent> agents, Books books, long left) {
        Map<String, Long> sums = new TreeMap<>();
        for (UnrulyAgent agent : agents) {
            agent.did().forEach((what, times) -> sums.merge(what.name().toLowerCase(Locale.ROOT), times,
                    Long::sum));
            agent.refused().forEach((code, times) -> sums.merge(
                    "refused_" + code.toLowerCase(Locale.ROOT), times, Long::sum));
            sums.merge("late", agent.lateBatches(), Long::sum);
        }
        sums.put("batches_left", left);
        sums.put("results", books.all().results());
        System.out.println(sums.entrySet().stream().map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}")));
    }
}
