package io.sentinelmesh.agent;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.AgentConfigReader;
import io.sentinelmesh.agent.config.AgentOptions;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.identity.DataFolderException;
import io.sentinelmesh.agent.spoolcommand.SpoolCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** The agent's command line: wires everything by hand, runs until it is told to stop. */
@Command(name = "sentinel agent", mixinStandardHelpOptions = true, versionProvider = Main.ManifestVersion.class, sortOptions = false, usageHelpAutoWidth = true, description = "Measures the way to every other agent and reports it to the aggregator.", footer = {
        "", "Each option may also stand in the configuration file or in the variable named beside it;",
        "an option wins over a variable, a variable over the file. See docs/agent-configuration.md.", "",
        "Exit codes: 0 stopped on request, 1 could not start, 2 bad options or configuration."})
public final class Main implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    static final int COULD_NOT_START = 1;
    static final int BAD_INPUT = 2;

    @Mixin
    private final AgentOptions options = new AgentOptions();

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.out, System.err).execute(arguments));
    }

    static CommandLine commandLine(PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new Main(out, err));
        commandLine.addSubcommand(SpoolCommand.group(out, err, System.getenv()));
        commandLine.setParameterExceptionHandler((e, _) -> {
            err.println("sentinel agent: " + e.getMessage() + "; see --help");
            return BAD_INPUT;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            AgentConfig config = AgentConfigReader.read(options, System.getenv());
            run(config);
            return 0;
        } catch (ConfigException e) {
            err.println("sentinel agent: " + e.getMessage());
            return BAD_INPUT;
        } catch (DataFolderException e) {
            err.println("sentinel agent: " + e.getMessage());
            return COULD_NOT_START;
        }
    }

    private void run(AgentConfig config) throws InterruptedException {
        if (config.insecure()) {
            LOG.warn("--insecure: results and membership may travel in plain text; for laboratories only");
        }
        Agent agent = Agent.open(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            agent.close();
            stopped.countDown();
        }));
        agent.start();
        LOG.info("agent {} ({}) of site {} at {}", agent.self().name(), agent.self().id(), agent.self().site(),
                agent.self().address());
        out.println("ready");
        stopped.await();
    }

    static final class ManifestVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[]{"sentinel agent " + Version.text()};
        }
    }
}
