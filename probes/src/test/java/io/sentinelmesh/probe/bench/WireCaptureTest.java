package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WireCaptureTest {

    /** Written by tcpdump; the stamps claimed below are those that it prints of this file. */
    private static final Path THREE = Path
            .of("src/test/resources/captures/three-echo-requests-answered-nanoseconds.pcap");
    private static final int FILE_HEADER = 24;
    private static final int IDENTIFIER_OF_THIRD_REQUEST = FILE_HEADER + 4 * (16 + 98) + 16 + 14 + 20 + 4;

    @TempDir
    private Path folder;

    @Test
    void a_request_and_its_reply_make_a_round_trip_in_nanoseconds() throws IOException {
        List<WireCapture.Exchange> exchanges = WireCapture.read(THREE);

        assertThat(exchanges).containsExactly(new WireCapture.Exchange(0, 1_795_279_633_919_056_874L, 8_413),
                new WireCapture.Exchange(1, 1_795_279_633_929_174_129L, 12_428),
                new WireCapture.Exchange(2, 1_795_279_633_939_289_380L, 12_408));
    }

    @Test
    void a_request_whose_reply_is_missing_is_left_out() throws IOException {
        byte[] bytes = Files.readAllBytes(THREE);
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 1));

        assertThat(WireCapture.read(cut)).extracting(WireCapture.Exchange::sequence).containsExactly(0, 1);
    }

    @Test
    void echo_requests_of_two_programs_are_not_mixed() throws IOException {
        byte[] bytes = Files.readAllBytes(THREE);
        bytes[IDENTIFIER_OF_THIRD_REQUEST]++;
        Path mixed = Files.write(folder.resolve("mixed"), bytes);

        assertThatThrownBy(() -> WireCapture.read(mixed)).isInstanceOf(IOException.class)
                .hasMessageContaining("two programs");
    }

    @Test
    void another_kind_of_file_is_refused() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "not a capture, though long enough to be one");

        assertThatThrownBy(() -> WireCapture.read(text)).isInstanceOf(IOException.class)
                .hasMessageContaining("nanosecond stamps");
    }
}
