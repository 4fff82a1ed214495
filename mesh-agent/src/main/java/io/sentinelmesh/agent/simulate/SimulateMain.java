package io.sentinelmesh.agent.simulate;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.config.SecretFile;
import io.sentinelmesh.agent.enrolment.DoorException;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TrustException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sentinel simulate}. */
@Command(name = "sentinel simulate", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = {
        "Plays many agents over the real protocol, from one process: each joins with a key and certificate of its own, keeps a link by TLS"
                + " and reports on a network that is only worked out. Sites are called s001, s002 and so on, agents s001-1.",
        "",
        "Between sites a packet takes 2 to 80 ms there and back by their distance on a map, plus a log-normal variation"
                + " with a median of 500 us, which swings by 30 %% with the time of day; 0.1 %% of packets are lost. All of it"
                + " follows from the seed and the time. No test packet is sent."}, footer = {
                        "", "Exit codes: 0 every result was acknowledged, 1 it could not run, or not every result was,",
                        "2 wrong usage, 3 the aggregator says no. Ctrl-C ends it as well as its time."})
public final class SimulateMain implements Callable<Integer> {

    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int REFUSED = 3;
    private static final String TOKEN_VARIABLE = "SENTINEL_AGENT_TOKEN";
    /** Of all agents together: a live row each second from 1000 agents to 1000 others would be a million. */
    private static final int LIVE_CELLS_PER_SECOND = 20_000;
    private static final Duration LONGEST_STOP = Simulation.SETTLE_LIMIT.plusSeconds(20);

    @Parameters(paramLabel = "URL", arity = "0..1", description = "https://HOST:7422, the agents' door; if left out, that of the mesh that `sentinel up` started"
            + " here, or of one that is started for this and taken down again")
    @Nullable
    String url;

    @Option(names = "--sites", paramLabel = "N", description = "default 10")
    int sites = 10;

    @Option(names = "--agents-per-site", paramLabel = "M", description = "default 3")
    int agentsPerSite = 3;

    @Option(names = "--fault", paramLabel = "SPEC", description = "may be given several times; see below")
    List<String> faults = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "S", description = "default 1")
    long seed = 1;

    @Option(names = "--interval", paramLabel = "TIME", description = "length of a round, 1s to 1h; default 10s, ten packets each")
    String interval = "10s";

    @Option(names = "--live", paramLabel = "TIME", description = "a live row of each agent as often; default once a second, less often if these had"
            + " more than 20,000 cells a second in all, and never less than once a round")
    @Nullable
    String live;

    @Option(names = "--duration", paramLabel = "TIME", description = "how long, once all have joined, such as 90s or 10m; if left out, until interrupted")
    @Nullable
    String duration;

    @Option(names = "--backlog", paramLabel = "TIME", description = "as if no aggregator had been there for as long: begins with those rounds")
    String backlog = "0s";

    @Option(names = "--token-file", paramLabel = "FILE", description = "a join token of many uses (or the variable SENTINEL_AGENT_TOKEN): `sentinel token create --site"
            + " simulated --uses N`; needed with a URL, the first time")
    @Nullable
    Path tokenFile;

    @Option(names = "--identities", paramLabel = "DIR", description = "where their keys and certificates are kept; default .sentinel/simulated of the clone")
    Path identities = Path.of("simulated");

    @Option(names = "--books", paramLabel = "FILE", description = "write what was acknowledged, to be compared with what is stored")
    @Nullable
    Path books;

    @Option(names = "--check", hidden = true, description = "only look whether all this makes sense: asked before an aggregator is started")
    boolean checkOnly;

    @Option(names = "--json", description = "the summary as one JSON object on standard output")
    boolean json;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    SimulateMain(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv(), System.out, System.err).execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment, PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new SimulateMain(environment, out, err));
        commandLine.getCommandSpec().usageMessage().footer(footer(commandLine));
        commandLine.setParameterExceptionHandler((e, _) -> {
            err.println("sentinel simulate: " + e.getMessage() + "; see --help");
            return BAD_INPUT;
        });
        commandLine.setExecutionExceptionHandler((e, _, _) -> {
            err.println("sentinel simulate: " + e.getMessage());
            return switch (e) {
                case IllegalArgumentException _,ConfigException _ -> BAD_INPUT;
                case DoorException door when door.kind() == DoorException.Kind.REFUSED
                        || door.kind() == DoorException.Kind.UNTRUSTED ->
                    REFUSED;
                case DoorException _,TrustException _,IOException _ -> FAILED;
                default -> throw e;
            };
        });
        return commandLine;
    }

    private static String[] footer(CommandLine commandLine) {
        List<String> lines = new ArrayList<>(List.of("", "Faults: " + FaultReader.FORM,
                "  at counts from the beginning (0s), for how long (until the end); loss is 1 unless only a delay is named.",
                "  They hit test packets on their way out, not their answers, so that each has cells of its own:"));
        for (FaultKind kind : FaultKind.values()) {
            lines.add(String.format("  %-14s %s", kind.word(), kind.hits()));
        }
        lines.add("  Such as: --fault site-egress:s003,loss=0.3,at=1m,for=5m  --fault path:s001+s002,delay=40ms");
        lines.addAll(List.of(commandLine.getCommandSpec().usageMessage().footer()));
        return lines.toArray(String[]::new);
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        World world = new World(sites, agentsPerSite, seed, FaultReader.duration(interval), 10);
        MatrixRow.requireRound(world.roundLength());
        List<Fault> read = faults.stream().map(text -> FaultReader.read(text, world)).toList();
        Duration age = FaultReader.duration(backlog);
        Optional<Duration> time = Optional.ofNullable(duration).map(FaultReader::duration);
        Duration liveEvery = liveEvery(world);
        if (checkOnly) {
            return 0;
        }
        URI door = door();
        Simulation.Plan plan = new Simulation.Plan(door, world, read, liveEvery, age, time,
                Optional.ofNullable(books));
        Simulation simulation = new Simulation(plan,
                new Identities(identities, door, token(), InstantSource.system()), err, InstantSource.system());
        CountDownLatch told = new CountDownLatch(1);
        int[] code = {FAILED};
        Thread stopper = Thread.ofPlatform().name("stop").unstarted(() -> {
            simulation.stop();
            try {
                boolean _ = told.await(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            // A hook has no other way to say that an end on request was a good one.
            Runtime.getRuntime().halt(code[0]);
        });
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            ObjectNode summary = simulation.run();
            code[0] = summary.path("results_left").asLong() == 0 && summary.path("settled").asBoolean() ? 0 : FAILED;
            tell(summary);
            return code[0];
        } finally {
            told.countDown();
            removeHook(stopper);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs.
        }
    }

    private void tell(ObjectNode summary) {
        if (json) {
            out.println(summary);
        } else {
            err.println(summary.path("results_acknowledged").asText() + " results acknowledged of "
                    + summary.path("results_made").asText() + " made, " + summary.path("refusals").asText()
                    + " refusals, " + summary.path("links_lost").asText() + " links lost");
        }
        out.flush();
    }

    private Duration liveEvery(World world) {
        if (live != null) {
            Duration asked = FaultReader.duration(live);
            if (asked.compareTo(Duration.ofMillis(200)) < 0) {
                throw new IllegalArgumentException("--live is 200ms at least, not " + live);
            }
            return asked;
        }
        long cells = (long) world.agents() * (world.agents() - 1);
        Duration bounded = Duration.ofSeconds(Math.max(1, cells / LIVE_CELLS_PER_SECOND));
        return bounded.compareTo(world.roundLength()) < 0 ? bounded : world.roundLength();
    }

    private URI door() {
        if (url == null) {
            throw new IllegalArgumentException("name the agents' door, such as https://127.0.0.1:7422");
        }
        URI named = URI.create(url);
        if (!"https".equals(named.getScheme()) || named.getHost() == null) {
            throw new IllegalArgumentException("'" + url + "' is no agents' door: write https://HOST:"
                    + AgentConfig.DEFAULT_DOOR_PORT);
        }
        return URI.create("https://" + named.getHost() + ":" + AgentConfig.port(named));
    }

    private Optional<JoinToken> token() {
        return Optional.ofNullable(environment.get(TOKEN_VARIABLE)).filter(text -> !text.isBlank())
                .or(() -> Optional.ofNullable(tokenFile).map(file -> new SecretFile(file).read()))
                .map(JoinToken::parse);
    }
}
