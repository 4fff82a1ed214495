package io.sentinelmesh.agent.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.agent.round.FateCounts;

import static org.assertj.core.api.Assertions.assertThat;

class ProcReadersTest {

    private static final String HEADING = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when"
            + " retrnsmt   uid  timeout inode ref pointer drops\n";

    @Test
    void stolen_time_is_the_eighth_number_and_guests_are_not_counted_twice() {
        assertThat(CpuTicks.of("cpu  2337089 96546 352512 2146189 8342 0 19462 6586 5000 100"))
                .contains(new CpuTicks(6_586, 4_966_726));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cpu", "cpu0 1 2 3 4 5 6 7 8", "cpu 1 2 3 4", "cpu a b c d e f g h"})
    void a_line_that_tells_no_ticks_is_none(String line) {
        assertThat(CpuTicks.of(line)).isEmpty();
    }

    @Test
    void ticks_that_run_backwards_are_nothing_stolen() {
        assertThat(new CpuTicks(5, 200).stolenSince(new CpuTicks(9, 100))).isZero();
        assertThat(new CpuTicks(5, 100).stolenSince(new CpuTicks(1, 100))).isZero();
    }

    @Test
    void only_drops_of_own_sockets_count(@TempDir Path proc) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Path files = Files.createDirectories(proc.resolve("self/fd"));
        Files.createSymbolicLink(files.resolve("3"), Path.of("socket:[101]"));
        Files.createSymbolicLink(files.resolve("4"), Path.of("/dev/null"));
        Files.createSymbolicLink(files.resolve("5"), Path.of("socket:[102]"));
        Files.writeString(proc.resolve("net/icmp"), HEADING + line(101, 7) + line(999, 50));
        Files.writeString(proc.resolve("net/udp6"), HEADING + line(102, 5) + "  nonsense\n");

        assertThat(new SocketDrops(proc).count()).isEqualTo(12);
    }

    private static String line(int inode, int drops) {
        return "  1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 " + inode
                + " 2 0000000000000000 " + drops + "\n";
    }

    @Test
    void a_system_without_proc_has_no_drops(@TempDir Path nothing) {
        assertThat(new SocketDrops(nothing.resolve("proc")).count()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void this_process_can_be_read() {
        ProberSource source = new ProberSource(new FateCounts(), Optional.empty(), () -> 0);

        Reading reading = new ProcessReader(Path.of("/proc"), () -> source).read(17);

        assertThat(reading.cpu().total()).isPositive();
        assertThat(reading.state().openFiles()).isPositive().isLessThan(reading.state().openFilesLimit());
        assertThat(reading.state().heapUsedBytes()).isPositive().isLessThanOrEqualTo(reading.state().heapMaxBytes());
        assertThat(reading.nanos()).isEqualTo(17);
    }
}
