package io.sentinelmesh.agent.configcommand;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.sentinelmesh.settings.Fault;
import io.sentinelmesh.settings.Key;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;
import io.sentinelmesh.settings.SettingsReference;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that need no mesh; the others ask the aggregator and are in scripts/lib/config.sh. */
@Command(name = ConfigMain.NAME, subcommands = {ConfigMain.Check.class, ConfigMain.Template.class})
public final class ConfigMain {

    static final String NAME = "sentinel config";
    static final int FAULTY = 1;
    static final int BAD_INPUT = 2;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    private ConfigMain(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.in, System.out, System.err).execute(arguments));
    }

    static CommandLine commandLine(InputStream in, PrintStream out, PrintStream err) {
        ConfigMain main = new ConfigMain(in, out, err);
        CommandLine commandLine = new CommandLine(main, new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> wanted) throws Exception {
                return wanted == Check.class
                        ? wanted.cast(main.new Check())
                        : wanted == Template.class
                                ? wanted.cast(main.new Template())
                                : CommandLine.defaultFactory().create(wanted);
            }
        });
        commandLine.setParameterExceptionHandler((e, _) -> {
            err.println(NAME + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; see --help");
            return BAD_INPUT;
        });
        return commandLine;
    }

    /** One line for each fault, in the form that editors jump to: FILE:LINE:COLUMN: message. */
    @Command(name = "check", mixinStandardHelpOptions = true, usageHelpAutoWidth = true, description = "Says of every fault in a settings document where it is and what to write instead. Changes nothing.", footer = {
            "", "Exit codes: 0 in order, 1 faulty, 2 wrong usage or not readable. See docs/configuration.md."})
    final class Check implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "YAML or JSON; - for standard input")
        private String file = "-";

        @Option(names = "--pins", description = "it is one agent's own file, for agent --settings")
        private boolean pins;

        @Override
        public Integer call() {
            String text;
            try {
                text = text();
            } catch (NoSuchFileException e) {
                err.println(NAME + " check: there is no file " + file);
                return BAD_INPUT;
            } catch (CharacterCodingException e) {
                err.println(NAME + " check: " + file + " is not UTF-8: save it as such");
                return BAD_INPUT;
            } catch (IOException e) {
                err.println(NAME + " check: cannot read " + file + ": " + e.getMessage());
                return BAD_INPUT;
            }
            try {
                SettingsDocument document = pins ? SettingsDocument.parsePins(text) : SettingsDocument.parse(text);
                out.println(file + " is in order" + (document.keys().isEmpty()
                        ? "; it says nothing, so all has its standard value"
                        : "; it sets " + String.join(", ", document.keys().stream().map(Key::path).toList())));
                return 0;
            } catch (SettingsException e) {
                for (Fault fault : e.faults()) {
                    err.println(file + ":" + fault.place().line() + ":" + fault.place().column() + ": "
                            + fault.message());
                }
                return FAULTY;
            }
        }

        private String text() throws IOException {
            // One more than it may have: then the checker says so, and a device without end does no harm.
            int most = SettingsDocument.MAX_BYTES + 1;
            byte[] bytes;
            if (file.equals("-")) {
                bytes = in.readNBytes(most);
            } else {
                try (InputStream from = Files.newInputStream(Path.of(file))) {
                    bytes = from.readNBytes(most);
                }
            }
            return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
        }
    }

    @Command(name = "template", mixinStandardHelpOptions = true, description = "Prints a document that gives every key its standard value, with range and meaning.")
    final class Template implements Callable<Integer> {

        @Override
        public Integer call() {
            out.print(SettingsReference.standardDocument());
            return 0;
        }
    }
}
