package io.sentinelmesh.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.AgentConfigReader;
import io.sentinelmesh.agent.config.AgentOptions;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.config.SecretFile;
import io.sentinelmesh.agent.enrolment.Joining;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TrustException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sentinel agent join}: gets this host's agent its identity, and runs it. */
@Command(name = "join", mixinStandardHelpOptions = true, versionProvider = Main.ManifestVersion.class, sortOptions = false, usageHelpAutoWidth = true, description = "Makes this host an agent of a mesh and runs it: makes a key that never leaves the host, has it certified by the aggregator, and remembers"
        + " these settings, so that `sentinel agent` needs none afterwards. Joining again keeps the identity.", footer = {
                "", "Exit codes: 0 stopped on request (or joined, with --no-start), 1 could not join or start for now,",
                "2 bad options or configuration, 3 the aggregator says no, or is not the one the token names."})
final class JoinCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(JoinCommand.class);

    static final String TOKEN_VARIABLE = "SENTINEL_AGENT_TOKEN";

    @Parameters(paramLabel = "URL", arity = "0..*", description = "https://HOST:7422, the agents' door of an aggregator; several of one mesh may be named")
    List<String> aggregators = new ArrayList<>();

    @Option(names = "--token", paramLabel = "TOKEN", description = "the join token, from `sentinel token create`. Others on this host can read it here: better give"
            + " --token-file, or the variable SENTINEL_AGENT_TOKEN")
    @Nullable
    String token;

    @Option(names = "--no-start", description = "only join")
    boolean noStart;

    @Option(names = "--again", description = "ask for a certificate even if there is a good one; needs a token")
    boolean anew;

    @Mixin
    private final AgentOptions options = new AgentOptions();

    private final Map<String, String> environment;
    private final PrintStream out;
    private final AgentRun run;

    /** Runs an agent until it is told to stop. */
    interface AgentRun {
        void run(AgentConfig config) throws InterruptedException;
    }

    JoinCommand(Map<String, String> environment, PrintStream out, AgentRun run) {
        this.environment = environment;
        this.out = out;
        this.run = run;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!aggregators.isEmpty()) {
            options.aggregators(aggregators);
        }
        AgentConfig config = AgentConfigReader.readToJoin(options, environment, hostName());
        if (config.aggregators().stream().anyMatch(uri -> !AgentConfig.isDoor(uri))) {
            throw new ConfigException(
                    "an agent joins by the agents' door, https://HOST:" + AgentConfig.DEFAULT_DOOR_PORT
                            + "; by plain text there is nothing to join: run `sentinel agent --insecure`");
        }
        List<JoinToken> tokens = token(config).map(text -> List.of(parsed(text))).orElseGet(List::of);
        try (DataFolder folder = DataFolder.open(config.dataDir())) {
            Joining joining = new Joining(folder, IdentityFiles.vault(config, environment), InstantSource.system(),
                    Thread::sleep);
            Joining.Outcome outcome = joining.join(config, tokens, anew, options.given());
            String told = (outcome.asked() ? "joined as " : "has joined already, as ") + outcome.name() + " ("
                    + outcome.id() + ") of site " + outcome.site() + "; certificate until "
                    + outcome.validity().until();
            if (noStart) {
                out.println(told);
            } else {
                LOG.info("{}", told);
            }
        }
        if (!noStart) {
            run.run(AgentConfigReader.readToJoin(options, environment, hostName()));
        }
        return 0;
    }

    private static JoinToken parsed(String text) {
        try {
            return JoinToken.parse(text);
        } catch (TrustException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What is named most explicitly wins; a file is read only if it is needed. */
    private Optional<String> token(AgentConfig config) {
        return Optional.ofNullable(token)
                .or(() -> Optional.ofNullable(environment.get(TOKEN_VARIABLE)).filter(text -> !text.isBlank()))
                .or(() -> config.tokenFile().map(file -> new SecretFile(file).read()));
    }

    /** As the kernel has it; what can't be in a name is left out. */
    private static String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().replaceAll("[^A-Za-z0-9._-]",
                    "");
            return name.isEmpty() ? "agent" : name.substring(0, Math.min(name.length(), MeshNode.MAX_NAME_LENGTH));
        } catch (IOException notLinux) {
            return "agent";
        }
    }
}
