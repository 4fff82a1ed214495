package io.sentinelmesh.agent.controlcommand;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;

import io.sentinelmesh.agent.control.StatusOrder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sentinel agent status}. */
@Command(name = "status", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "How the agent that runs here is: its peers, plan, spool, link, certificate, settings and health. The agent itself answers.", footer = {
        "",
        "Exit codes: 0 all is well, 1 something is not, as the lines TROUBLE say, 2 bad options, 3 no agent runs there."})
public final class StatusCommand implements Callable<Integer> {

    @Mixin
    private final WhichAgent agent = new WhichAgent();

    @Option(names = "--json", description = "one JSON object instead of lines to read")
    boolean json;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    public StatusCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        return agent.ask(StatusOrder.WORD + (json ? " json" : ""), environment, out, err);
    }
}
