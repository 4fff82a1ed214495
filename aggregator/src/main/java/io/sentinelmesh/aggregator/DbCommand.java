package io.sentinelmesh.aggregator;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.aggregator.backup.Backup;
import io.sentinelmesh.aggregator.backup.BackupException;
import io.sentinelmesh.aggregator.backup.Restore;
import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.StoreException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aggregator db export|import}: everything an aggregator has in one file, and back. */
final class DbCommand {

    static final String NAME = "db";

    @Command(name = "aggregator db", usageHelpWidth = 110, synopsisSubcommandLabel = "export|import", description = "Everything an aggregator has in one file: database, authority, tokens and secrets. The file lets whoever holds it play the aggregator: keep it as you keep a private key.", subcommands = {
            Export.class, Import.class})
    static final class Top {

        @Mixin
        final Help help = new Help();
    }

    static final class Help {

        @Option(names = "--help", usageHelp = true, description = "Print this and exit.")
        boolean wanted;
    }

    static final class Where {

        @Option(names = "--data-dir", paramLabel = "DIR", required = true, description = "The aggregator's data folder.")
        private Path dataDir = Path.of("");

        @Option(names = "--db-url", paramLabel = "URL", description = "The database: postgresql://user:password@host:5432/database. Default: the embedded one of the data folder.")
        private Optional<String> url = Optional.empty();

        StoreConfig.Target store(Map<String, String> environment) {
            try {
                return url.<StoreConfig.Target>map(text -> new StoreConfig.Target.Server(
                        DatabaseAddress.parse(text).completedFrom(environment)))
                        .orElseGet(() -> new StoreConfig.Target.Embedded(dataDir.resolve("postgres")));
            } catch (IllegalArgumentException noUrl) {
                throw StartupException.badInput("--db-url: " + noUrl.getMessage());
            }
        }
    }

    abstract static class Step {

        @Mixin
        final Where where = new Where();

        @Mixin
        final Help help = new Help();

        abstract void run(Map<String, String> environment, PrintStream out, PrintStream err);
    }

    @Command(name = "export", usageHelpWidth = 110, sortOptions = false, description = "Writes the file. The aggregator may go on running.")
    static final class Export extends Step {

        @Parameters(paramLabel = "FILE", description = "Is made; must not be there yet.")
        private Path file = Path.of("");

        @Override
        void run(Map<String, String> environment, PrintStream out, PrintStream err) {
            long began = System.nanoTime();
            long bytes = Backup.make(where.dataDir, where.store(environment), file.toAbsolutePath(), Version.TEXT,
                    Instant.now(), (table, rows) -> err.println("  " + table + ": " + rows + " rows"));
            out.println("wrote " + file + ": " + bytes + " bytes in " + seconds(began)
                    + " s. It holds the authority's key: keep it as you keep a private key.");
        }
    }

    @Command(name = "import", usageHelpWidth = 110, sortOptions = false, description = "Loads the file into an empty data folder, and into an empty database of any flavour: so also the move from the embedded PostgreSQL to a TimescaleDB. Start the aggregator afterwards.")
    static final class Import extends Step {

        @Parameters(paramLabel = "FILE", description = "What export wrote.")
        private Path file = Path.of("");

        @Override
        void run(Map<String, String> environment, PrintStream out, PrintStream err) {
            long began = System.nanoTime();
            Restore.Loaded loaded = Restore.load(file, where.dataDir, where.store(environment),
                    (table, rows) -> err.println("  " + table + ": " + rows + " rows"));
            out.println("loaded " + loaded.rows() + " rows and " + loaded.files() + " files, as they were at "
                    + loaded.madeAt() + ", in " + seconds(began) + " s. Start the aggregator now.");
        }
    }

    private DbCommand() {
    }

    private static String seconds(long began) {
        return String.valueOf(Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new Top());
        commandLine.setDefaultValueProvider(new Environment(environment));
        CommandLine.ParseResult parsed;
        try {
            parsed = commandLine.parseArgs(arguments);
        } catch (CommandLine.ParameterException bad) {
            err.println("aggregator db: " + String.valueOf(bad.getMessage()).lines().findFirst().orElse("")
                    + " (--help shows what is possible)");
            return StartupException.BAD_INPUT;
        }
        CommandLine asked = parsed.asCommandLineList().getLast();
        if (asked.isUsageHelpRequested() || commandLine.isUsageHelpRequested()) {
            asked.usage(out);
            return 0;
        }
        if (!(asked.getCommand() instanceof Step step)) {
            err.println("aggregator db: say export or import (--help shows what is possible)");
            return StartupException.BAD_INPUT;
        }
        try {
            step.run(environment, out, err);
            return 0;
        } catch (StartupException known) {
            err.println("aggregator db: " + known.getMessage());
            return known.exitCode();
        } catch (BackupException | StoreException known) {
            err.println("aggregator db: " + String.valueOf(known.getMessage()).lines().findFirst().orElse(""));
            return StartupException.FAILED;
        }
    }
}
