package io.sentinelmesh.agent;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.AgentConfigReader;
import io.sentinelmesh.agent.config.AgentOptions;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.enrolment.KeyRotation;
import io.sentinelmesh.agent.enrolment.Renewal;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.identity.DataFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sentinel agent key}: what can be done with the agent's key. */
@Command(name = "key", mixinStandardHelpOptions = true, versionProvider = Main.ManifestVersion.class, sortOptions = false, usageHelpAutoWidth = true, description = "The agent's key.", synopsisSubcommandLabel = "COMMAND")
final class KeyCommand {

    /** Longer than a call to the aggregator may take. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    KeyCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Command(name = "rotate", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "Replaces the key: makes a new one and has it certified. The old one is forgotten only when that has succeeded. The agent"
            + " may be running; it goes on measuring.", footer = {"",
                    "Exit codes: 0 replaced, 1 not for now, 2 bad options, 3 the aggregator says no."})
    int rotate(@Mixin AgentOptions options) throws InterruptedException {
        AgentConfig config = AgentConfigReader.read(options, environment);
        Optional<DataFolder> free = DataFolder.openIfFree(config.dataDir());
        if (free.isEmpty()) {
            return tell(KeyRotation.ask(config.dataDir(), ANSWER_LIMIT));
        }
        try (DataFolder folder = free.get()) {
            InstantSource clock = InstantSource.system();
            AgentIdentity identity = AgentIdentity.open(folder, IdentityFiles.vault(config, environment), clock)
                    .orElseThrow(() -> notJoined(config.dataDir()));
            new Renewal(identity, config.aggregators(), config.proxy(), clock, () -> 0, () -> {
            }).rotate();
            return tell(Optional.empty());
        }
    }

    private int tell(Optional<String> failure) {
        if (failure.isPresent()) {
            err.println("sentinel agent: the key was not replaced: " + failure.get());
            return Main.COULD_NOT_START;
        }
        out.println("the key was replaced");
        return 0;
    }

    static ConfigException notJoined(Path dataDir) {
        return new ConfigException(dataDir + ": this agent has not joined a mesh yet: `sentinel agent join"
                + " https://HOST:" + AgentConfig.DEFAULT_DOOR_PORT + " --token-file FILE`");
    }
}
