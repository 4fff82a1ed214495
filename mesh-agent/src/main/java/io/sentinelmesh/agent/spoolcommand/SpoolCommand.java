package io.sentinelmesh.agent.spoolcommand;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.agent.spool.DropReason;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.spool.SpoolInspection;
import io.sentinelmesh.agent.spool.Tally;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sentinel agent spool inspect}. */
@Command(name = "inspect", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "Shows what an agent's spool holds on disk, and its books. Only reads: the agent may be running.", footer = {
        "", "Exit codes: 0 all is well, 1 something is damaged or it cannot be read, 2 wrong usage."})
public final class SpoolCommand implements Callable<Integer> {

    static final int WELL = 0;
    static final int NOT_WELL = 1;
    static final int BAD_INPUT = 2;
    private static final int MOST_DAMAGE_SHOWN = 20;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "the agent's data folder (SENTINEL_AGENT_DATA_DIR)")
    @Nullable
    Path dataDir;

    @Option(names = "--json", description = "one JSON object instead of lines to read")
    boolean json;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    private SpoolCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    @Command(name = "spool", mixinStandardHelpOptions = true, sortOptions = false, description = "Looks into the rounds that wait for the aggregator.")
    private static final class Group implements Runnable {

        @CommandLine.Spec
        CommandLine.Model.@Nullable CommandSpec spec;

        @Override
        public void run() {
            if (spec != null) {
                throw new CommandLine.ParameterException(spec.commandLine(), "name what to do: inspect");
            }
        }
    }

    /** The subcommand {@code spool} with what is below it. */
    public static CommandLine group(PrintStream out, PrintStream err, Map<String, String> environment) {
        return new CommandLine(new Group()).addSubcommand(new SpoolCommand(out, err, environment));
    }

    @Override
    public Integer call() {
        Optional<Path> folder = Optional.ofNullable(dataDir)
                .or(() -> Optional.ofNullable(environment.get("SENTINEL_AGENT_DATA_DIR")).map(Path::of));
        if (folder.isEmpty()) {
            err.println("sentinel agent spool inspect: whose spool? Give the agent's data folder with --data-dir");
            return BAD_INPUT;
        }
        Path spool = folder.get().resolve(Spool.FOLDER);
        if (!Files.isDirectory(spool)) {
            err.println("sentinel agent spool inspect: there is no spool in " + folder.get()
                    + ": check --data-dir; an agent that has not finished a round yet has none");
            return NOT_WELL;
        }
        try {
            SpoolInspection found = SpoolInspection.of(spool);
            if (json) {
                out.println(new ObjectMapper().writeValueAsString(asMap(found)));
            } else {
                print(found);
            }
            return found.damage().isEmpty() ? WELL : NOT_WELL;
        } catch (IOException e) {
            err.println("sentinel agent spool inspect: cannot read " + spool + " (" + e.getMessage()
                    + "): run it as the agent's user");
            return NOT_WELL;
        }
    }

    private void print(SpoolInspection found) {
        SpoolBalance balance = found.balance();
        line("made", balance.made());
        line("acknowledged", balance.acknowledged());
        line("waiting", balance.waiting());
        for (DropReason reason : DropReason.values()) {
            if (!balance.dropped().of(reason).isZero()) {
                line("dropped, " + reason.word(), balance.dropped().of(reason));
            }
        }
        long bytes = found.segments().stream().mapToLong(SpoolInspection.Segment::bytes).sum();
        out.printf(Locale.ROOT, "%-24s %d, %.1f MiB, of %d runs%n", "segments", found.segments().size(),
                bytes / 1048576.0, found.runs().size());
        found.oldest().ifPresent(oldest -> out.printf(Locale.ROOT, "%-24s %s to %s%n", "made from", oldest,
                found.newest().map(Object::toString).orElse("")));
        for (SpoolInspection.Damage spot : found.damage().stream().limit(MOST_DAMAGE_SHOWN).toList()) {
            out.printf(Locale.ROOT, "%-24s %s, %d bytes at %d%n", "damaged", spot.file(), spot.bytes(), spot.offset());
        }
    }

    private void line(String what, Tally tally) {
        out.printf(Locale.ROOT, "%-24s %d rounds, %d results%n", what, tally.rows(), tally.results());
    }

    private static Map<String, Object> asMap(SpoolInspection found) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("made", tally(found.balance().made()));
        map.put("acknowledged", tally(found.balance().acknowledged()));
        map.put("waiting", tally(found.balance().waiting()));
        Map<String, Object> dropped = new LinkedHashMap<>();
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason.word(), tally(found.balance().dropped().of(reason)));
        }
        map.put("dropped", dropped);
        List<Object> segments = new ArrayList<>();
        found.segments().forEach(segment -> segments.add(Map.of("file", segment.file(), "bytes", segment.bytes(),
                "through", segment.through(), "waiting", tally(segment.waiting()))));
        map.put("segments", segments);
        map.put("runs", found.runs().stream().map(Object::toString).toList());
        map.put("oldest", found.oldest().map(Object::toString).orElse(""));
        map.put("newest", found.newest().map(Object::toString).orElse(""));
        map.put("damage", found.damage().stream().map(
                spot -> Map.of("file", spot.file(), "offset", spot.offset(), "bytes", spot.bytes())).toList());
        return map;
    }

    private static Map<String, Object> tally(Tally tally) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rounds", tally.rows());
        map.put("results", tally.results());
        return map;
    }
}
