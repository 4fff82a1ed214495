package io.sentinelmesh.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.wire.FrameLimits;

import static org.assertj.core.api.Assertions.assertThat;

/** People configure from docs/configuration.md, so it has to be true. */
class SettingsReferenceTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    @Test
    void the_table_of_keys_is_that_of_the_code() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains(SettingsReference.markdown());
    }

    @Test
    void every_example_is_taken() throws IOException {
        List<String> examples = List.of(Files.readString(DOCUMENT).split("```yaml\n")).stream().skip(1)
                .map(rest -> rest.split("```", 2)[0]).toList();

        assertThat(examples).isNotEmpty().allSatisfy(SettingsDocument::parse);
    }

    @Test
    void the_limits_it_names_are_those_of_the_code() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains("%,d bytes".formatted(SettingsDocument.MAX_BYTES),
                SettingsDocument.MAX_OVERRIDES + " overrides");
        assertThat(SettingsDocument.MAX_BYTES).isLessThanOrEqualTo(FrameLimits.MAX_SETTINGS_LENGTH);
    }

    @Test
    void the_standard_document_gives_every_key_its_standard_value() {
        SettingsDocument standard = SettingsDocument.parse(SettingsReference.standardDocument());

        assertThat(standard.keys()).isEqualTo(SettingsKeys.ALL);
        assertThat(Settings.resolve(standard, SettingsDocument.EMPTY, new Selector.Member("a", "b")))
                .isEqualTo(Settings.STANDARD);
    }

    @Test
    void no_key_is_there_twice_and_none_is_a_section_of_another() {
        assertThat(SettingsKeys.ALL).doesNotHaveDuplicates();
        assertThat(new HashSet<>(SettingsKeys.ALL.stream().map(Key::path).toList())).hasSameSizeAs(SettingsKeys.ALL)
                .allSatisfy(path -> assertThat(SettingsKeys.ALL)
                        .noneMatch(other -> other.path().startsWith(path + ".")));
    }
}
