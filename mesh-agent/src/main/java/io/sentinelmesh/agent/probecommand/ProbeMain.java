package io.sentinelmesh.agent.probecommand;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.sentinelmesh.probe.ProbeKinds;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Setting;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Makes a subcommand of every kind of probe in the list. */
public final class ProbeMain {

    static final String NAME = "sentinel probe";
    static final int REACHED = 0;
    static final int NOT_REACHED = 1;
    static final int BAD_INPUT = 2;

    private ProbeMain() {
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(ProbeKinds.all(), System.out, System.err).execute(arguments));
    }

    static CommandLine commandLine(List<Kind> kinds, PrintStream out, PrintStream err) {
        CommandSpec all = CommandSpec.wrapWithoutInspection((Runnable) () -> {
        }).name(NAME).mixinStandardHelpOptions(true);
        all.usageMessage().autoWidth(true).sortOptions(false)
                .description("Sends test packets to one target and reports what became of them.").footer("",
                        "Each kind has --help. Exit codes: 0 the target answered, 1 it did not, 2 wrong usage.");
        for (Kind kind : kinds) {
            all.addSubcommand(kind.name(), subcommand(kind, out, err));
        }
        CommandLine commandLine = new CommandLine(all);
        commandLine.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        commandLine.setParameterExceptionHandler((e, _) -> {
            err.println(e.getCommandLine().getCommandSpec().qualifiedName() + ": " + remark(e, kinds)
                    + "; see --help");
            return BAD_INPUT;
        });
        commandLine.setExecutionStrategy(parsed -> execute(parsed, err));
        return commandLine;
    }

    private static int execute(CommandLine.ParseResult parsed, PrintStream err) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        if (!parsed.hasSubcommand()) {
            err.println(NAME + ": name a kind of probe: "
                    + String.join(", ", parsed.commandSpec().subcommands().keySet()) + "; see --help");
            return BAD_INPUT;
        }
        CommandLine.ParseResult kind = parsed.subcommand();
        return ((ProbeRun) kind.commandSpec().userObject()).execute(kind);
    }

    private static String remark(CommandLine.ParameterException e, List<Kind> kinds) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                && unmatched.getCommandLine().getParent() == null) {
            return "there is no kind of probe '" + unmatched.getUnmatched().getFirst() + "'; known are "
                    + String.join(", ", kinds.stream().map(Kind::name).toList());
        }
        return oneLine(String.valueOf(e.getMessage()));
    }

    private static String oneLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static CommandSpec subcommand(Kind kind, PrintStream out, PrintStream err) {
        ProbeRun run = new ProbeRun(kind, out, err);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(run).mixinStandardHelpOptions(true);
        spec.usageMessage().autoWidth(true).sortOptions(false).description(kind.summary());
        spec.addPositional(PositionalParamSpec.builder().index("0").arity("1").required(true)
                .paramLabel(kind.targetForm()).type(String.class).description("what to probe").build());
        for (Setting<?> setting : kind.settings()) {
            spec.addOption(option(setting));
        }
        spec.addOption(OptionSpec.builder(ProbeRun.JSON_OPTION).arity("0").type(boolean.class)
                .description("one JSON object on standard output; progress goes to standard error").build());
        return spec;
    }

    /** As text: the setting's own parser checks it, so that messages are the same wherever a setting is written. */
    private static OptionSpec option(Setting<?> setting) {
        String defaultText = setting.defaultText().filter(_ -> !setting.form().isEmpty())
                .map(text -> "; default: " + text).orElse("");
        OptionSpec.Builder builder = OptionSpec.builder("--" + setting.name()).type(String.class)
                .description(setting.help() + defaultText);
        if (setting.form().isEmpty()) {
            return builder.arity("0").fallbackValue("true").build();
        }
        return builder.arity("1").paramLabel(setting.form()).build();
    }
}
