package io.sentinelmesh.agent.controlcommand;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.agent.config.AgentConfigReader;
import io.sentinelmesh.agent.config.AgentOptions;
import io.sentinelmesh.agent.control.ControlCall;

import picocli.CommandLine.Option;

/** Which of this host's agents is meant. */
final class WhichAgent {

    @Option(names = "--data-dir", paramLabel = "DIR", description = "the agent's data folder (SENTINEL_AGENT_DATA_DIR); default: that of the only agent that joined from this account")
    @Nullable
    String dataDir;

    @Option(names = "--name", description = "its name, if several joined from this account (SENTINEL_AGENT_NAME)")
    @Nullable
    String name;

    @Option(names = "--config", paramLabel = "FILE", description = "its configuration file, which names the folder (SENTINEL_AGENT_CONFIG)")
    @Nullable
    Path config;

    /** @return the exit code */
    int ask(String request, Map<String, String> environment, PrintStream out, PrintStream err) {
        Path folder = AgentConfigReader.dataFolder(AgentOptions.naming(config, dataDir, name), environment);
        return new ControlCall(folder, out, err).ask(request);
    }
}
