package io.sentinelmesh.agent;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.AgentConfigReader;
import io.sentinelmesh.agent.config.AgentOptions;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.controlcommand.ForceSendCommand;
import io.sentinelmesh.agent.controlcommand.StatusCommand;
import io.sentinelmesh.agent.controlcommand.TailCommand;
import io.sentinelmesh.agent.enrolment.DoorException;
import io.sentinelmesh.agent.identity.DataFolderException;
import io.sentinelmesh.agent.spoolcommand.SpoolCommand;
import io.sentinelmesh.trust.TrustException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** The agent's command line: wires everything by hand, runs until it is told to stop. */
@Command(name = "sentinel agent", mixinStandardHelpOptions = true, versionProvider = Main.ManifestVersion.class, sortOptions = false, usageHelpAutoWidth = true, description = "Measures the way to every other agent and reports it to the aggregator. After `sentinel agent join` it needs no options.", footer = {
        "", "Each option may also stand in the configuration file or in the variable named beside it;",
        "an option wins over a variable, a variable over the file. See docs/agent-configuration.md.", "",
        "Exit codes: 0 or 143 (SIGTERM) stopped on request, 1 could not start, 2 bad options or configuration."})
public final class Main implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    static final int COULD_NOT_START = 1;
    static final int BAD_INPUT = 2;
    /** By the aggregator, or the aggregator by us: trying again is of no use. */
    static final int REFUSED = 3;

    @Mixin
    private final AgentOptions options = new AgentOptions();

    private final Map<String, String> environment;
    private final PrintStream out;

    Main(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv(), System.out, System.err).execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment, PrintStream out, PrintStream err) {
        Main main = new Main(environment, out);
        CommandLine commandLine = new CommandLine(main)
                .addSubcommand(new JoinCommand(environment, out, main::run))
                .addSubcommand(new KeyCommand(environment, out, err))
                .addSubcommand(SpoolCommand.group(out, err, environment))
                .addSubcommand(new StatusCommand(environment, out, err))
                .addSubcommand(new TailCommand(environment, out, err))
                .addSubcommand(new ForceSendCommand(environment, out, err));
        commandLine.setParameterExceptionHandler((e, _) -> {
            // The parser repeats what it doesn't understand, which may be a token without its option.
            err.println("sentinel agent: " + Redaction.of(String.valueOf(e.getMessage())) + "; see --help");
            return BAD_INPUT;
        });
        commandLine.setExecutionExceptionHandler((e, _, _) -> {
            err.println("sentinel agent: " + Redaction.of(String.valueOf(e.getMessage())));
            return exitCode(e);
        });
        return commandLine;
    }

    private static int exitCode(Exception failure) throws Exception {
        return switch (failure) {
            case ConfigException _ -> BAD_INPUT;
            case DataFolderException _,TrustException _ -> COULD_NOT_START;
            case DoorException door -> switch (door.kind()) {
                case AWAY, CLOCK -> COULD_NOT_START;
                case REFUSED, UNTRUSTED -> REFUSED;
            };
            default -> throw failure;
        };
    }

    @Override
    public Integer call() throws InterruptedException {
        run(AgentConfigReader.read(options, environment));
        return 0;
    }

    private void run(AgentConfig config) throws InterruptedException {
        if (config.insecure()) {
            LOG.warn("--insecure: results and membership may travel in plain text, and nobody proves who he is; for"
                    + " laboratories only");
        }
        Agent agent = Agent.open(config, environment);
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
