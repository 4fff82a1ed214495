package io.sentinelmesh.agent.controlcommand;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.agent.control.ForceSend;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code sentinel agent force-send}. */
@Command(name = "force-send", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "Sends what waits for the aggregator at once, without the pace that keeps a backlog from disturbing, and says how much it was and"
        + " how much of it is acknowledged.", footer = {"",
                "Exit codes: 0 nothing waits any more of what did, 1 some does, 2 bad options, 3 no agent runs there."})
public final class ForceSendCommand implements Callable<Integer> {

    @Mixin
    private final WhichAgent agent = new WhichAgent();

    @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "10", description = "how long to wait for the aggregator's word, 1 to 120; default: 10")
    int seconds;

    @CommandLine.Spec
    @Nullable
    CommandSpec spec;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    public ForceSendCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (spec != null && (seconds < 1 || seconds > ForceSend.LONGEST_WAIT.toSeconds())) {
            throw new ParameterException(spec.commandLine(), "--wait must be 1 to "
                    + ForceSend.LONGEST_WAIT.toSeconds() + " seconds, not " + seconds);
        }
        return agent.ask(ForceSend.WORD + " " + seconds, environment, out, err);
    }
}
