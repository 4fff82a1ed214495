package io.sentinelmesh.agent.controlcommand;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.agent.control.FinishedRows;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code sentinel agent tail}. */
@Command(name = "tail", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "Shows each result as its round ends, until Ctrl-C: destination, packets sent and received, median round-trip delay.", footer = {
        "",
        "Exit codes: 0 as many as were asked for, 1 too many read along, 2 bad options, 3 no agent runs there, or it ended."})
public final class TailCommand implements Callable<Integer> {

    private static final int MOST = 999_999_999;

    @Mixin
    private final WhichAgent agent = new WhichAgent();

    @Option(names = "--json", description = "one JSON object a line")
    boolean json;

    @Option(names = "-n", paramLabel = "N", description = "end after so many results")
    @Nullable
    Integer most;

    @CommandLine.Spec
    @Nullable
    CommandSpec spec;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    public TailCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (spec != null && most != null && (most < 1 || most > MOST)) {
            throw new ParameterException(spec.commandLine(), "-n must be 1 to " + MOST + ", not " + most);
        }
        return agent.ask(FinishedRows.WORD + (json ? " json" : "") + (most == null ? "" : " " + most), environment, out,
                err);
    }
}
