package io.sentinelmesh.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bytes of every frame as they were when the format was fixed: what was written then is read for ever. README.md beside the files tells how
 * to add a set.
 */
class GoldenFilesTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final Path TODAYS = GOLDEN.resolve("v" + FrameCodec.FORMAT_VERSION);
    private static final String NEW_SET = "sentinel.golden.new";

    static Stream<String> names() {
        return SampleFrames.byName().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void today_reads_what_was_written_then(String name) throws IOException {
        byte[] then = Files.readAllBytes(file(TODAYS, name));

        assertThat(FrameCodec.decode(then)).isEqualTo(SampleFrames.byName().get(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void today_writes_what_was_written_then(String name) throws IOException {
        byte[] then = Files.readAllBytes(file(TODAYS, name));

        byte[] now = FrameCodec.encode(SampleFrames.byName().get(name));

        // Another release of zstd may compress otherwise; what it compresses has to be the same.
        assertThat(now[3]).isEqualTo(then[3]);
        assertThat(Packing.unpack(now)).isEqualTo(Packing.unpack(then));
        if (then[3] == Packing.PLAIN) {
            assertThat(now).isEqualTo(then);
        }
    }

    @Test
    void there_is_one_file_for_each_sample_and_no_other() throws IOException {
        try (Stream<Path> files = Files.list(TODAYS)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(names().map(name -> name + ".golden").toList());
        }
    }

    @Test
    void both_encodings_are_among_them() throws IOException {
        assertThat(Files.readAllBytes(file(TODAYS, "batch-of-six-rounds-compressed"))[3]).isEqualTo(Packing.ZSTD);
        assertThat(Files.readAllBytes(file(TODAYS, "ack-of-batch-41"))[3]).isEqualTo(Packing.PLAIN);
    }

    @Test
    @EnabledIfSystemProperty(named = NEW_SET, matches = "v[0-9]+", disabledReason = "writes files; see the README beside them")
    void a_new_set_is_written_beside_the_others_and_never_over_one() throws IOException {
        Path folder = Files.createDirectories(GOLDEN.resolve(System.getProperty(NEW_SET)));
        for (Map.Entry<String, Frame> sample : SampleFrames.byName().entrySet()) {
            if (Files.notExists(file(folder, sample.getKey()))) {
                Files.write(file(folder, sample.getKey()), FrameCodec.encode(sample.getValue()),
                        StandardOpenOption.CREATE_NEW);
            }
        }
    }

    private static Path file(Path folder, String name) {
        return folder.resolve(name + ".golden");
    }
}
