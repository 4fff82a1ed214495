package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The short form of {@code scripts/torture agent}: real processes, real kills, a real disk that is full. */
@Execution(ExecutionMode.CONCURRENT)
class SpoolTortureIT {

    private static final String SPOOL_BYTES = String.valueOf(64 << 20);

    @TempDir
    private Path folder;

    @Test
    void kills_alone_cost_nothing_that_was_called_durable() throws Exception {
        String figures = torture(List.of(), "10", "0");

        assertThat(figures).contains("\"kills\": 10", "\"dropped\": 0,");
    }

    @Test
    void damage_between_kills_costs_what_is_counted_and_nothing_is_stored_twice() throws Exception {
        assertThat(torture(List.of(), "8", "0.6")).contains("\"kills\": 8");
    }

    @Test
    void on_a_disk_that_is_full_again_and_again_everything_given_up_is_counted() throws Exception {
        assumeThat(mayMount()).as("mounting a tmpfs needs root and unshare(1)").isTrue();

        String figures = torture(List.of("unshare", "-m", "sh", "-c",
                "mount -t tmpfs -o size=4m tmpfs \"$1\" && shift && exec \"$@\"", "full",
                folder.resolve("spool").toString()), "6", "0.3");

        assertThat(figures).contains("\"kills\": 6").doesNotContain("\"dropped\": 0,");
    }

    private static boolean mayMount() throws InterruptedException {
        try {
            return new ProcessBuilder("unshare", "-m", "true").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String torture(List<String> before, String kills, String damage) throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Path said = folder.resolve("said");
        String seed = String.valueOf(Math.floorMod(System.nanoTime(), 1_000_000));
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), SpoolTorture.class.getName(), spool.toString(), kills, seed,
                SPOOL_BYTES, damage));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("it ended").isTrue();
            assertThat(process.exitValue()).as("with seed " + seed + ": " + Files.readString(said)).isZero();
            return Files.readString(said);
        } finally {
            process.destroyForcibly();
        }
    }
}
