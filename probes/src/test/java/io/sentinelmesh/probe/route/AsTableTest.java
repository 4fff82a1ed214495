package io.sentinelmesh.probe.route;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.probe.kind.BadRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AsTableTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"192.0.2.1,64500", "192.0.2.129,64501", "192.0.2.255,64501", "198.51.100.7,64502",
            "2001:db8::1,64503", "2001:db8:1::1,64504"})
    void the_longest_prefix_decides(String address, long number) throws IOException {
        AsTable table = AsTable.read(file("""
                # prefix,number,name
                192.0.2.0/24,64500,Example Net

                192.0.2.128/25,AS64501,"Customer, of Example"
                198.51.100.7/32,64502,One host
                2001:db8::/32,64503,Six
                2001:db8:1::/48,64504,Six too
                """));

        assertThat(table.find(InetAddress.ofLiteral(address)).orElseThrow().number()).isEqualTo(number);
        assertThat(table.find(InetAddress.ofLiteral("203.0.113.1"))).isEmpty();
    }

    @Test
    void a_name_may_have_commas() throws IOException {
        AsTable table = AsTable.read(file("192.0.2.0/24,64500,Example, Net"));

        assertThat(table.find(InetAddress.ofLiteral("192.0.2.1")).orElseThrow().name()).isEqualTo("Example, Net");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/33,1,x", "192.0.2/24,1,x", "192.0.2.0/24,AS,x", "192.0.2.0/24,4294967296,x",
            "192.0.2.0/24,1", "example.com/24,1,x", "2001:db8::/129,1,x"})
    void a_bad_line_is_told_with_its_number(String line) throws IOException {
        Path file = file("198.51.100.0/24,1,fine\n" + line + "\n");

        assertThatThrownBy(() -> AsTable.read(file)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("line 2").hasMessageContaining("192.0.2.0/24,64500,Example Net");
    }

    @Test
    void a_file_that_is_not_there_is_told() {
        assertThatThrownBy(() -> AsTable.read(folder.resolve("none"))).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("there is no file");
    }

    @Test
    void more_lines_than_the_command_has_memory_for_are_refused() throws IOException {
        Path file = file("# nothing\n".repeat(AsTable.MOST_LINES + 1));

        assertThatThrownBy(() -> AsTable.read(file)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("more than 200000 lines");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("table"), text);
    }
}
