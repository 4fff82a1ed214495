package io.sentinelmesh.probe.kind;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingTest {

    private static final Setting<Integer> COUNT = Setting.number("count", 5, 1, 10, "how many");
    private static final Setting<Integer> LIMIT = Setting.number("limit", 1, 255, "how far");
    private static final Setting<Boolean> FLAG = Setting.flag("flag", "whether");
    private static final Setting<Duration> PACE = Setting.duration("pace", "1s", Duration.ofMillis(1),
            Duration.ofMinutes(2), "how often");
    private static final Setting<String> NAME = Setting.text("name", "NAME", "who");
    private static final List<Setting<?>> SCHEMA = List.of(COUNT, LIMIT, FLAG, PACE, NAME);

    @Test
    void what_is_not_written_has_its_default_or_none() {
        Settings settings = Settings.of(SCHEMA, Map.of());

        assertThat(settings.get(COUNT)).isEqualTo(5);
        assertThat(settings.get(FLAG)).isFalse();
        assertThat(settings.get(PACE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.find(LIMIT)).isEmpty();
        assertThat(settings.find(NAME)).isEmpty();
        assertThatThrownBy(() -> settings.get(LIMIT)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void what_is_written_counts() {
        Settings settings = Settings.of(SCHEMA,
                Map.of("count", "10", "limit", " 255 ", "flag", "true", "pace", "20ms", "name", "x"));

        assertThat(settings.get(COUNT)).isEqualTo(10);
        assertThat(settings.find(LIMIT)).hasValue(255);
        assertThat(settings.get(FLAG)).isTrue();
        assertThat(settings.get(PACE)).isEqualTo(Duration.ofMillis(20));
        assertThat(settings.find(NAME)).hasValue("x");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            count | 11   | count: expected a whole number from 1 to 10, not '11'
            count | 0    | count: expected a whole number from 1 to 10, not '0'
            count | 1.5  | count: expected a whole number from 1 to 10, not '1.5'
            flag  | yes  | flag: expected true or false, not 'yes'
            pace  | 3m   | pace: expected a time such as 200ms, 1s or 2m, from 1ms to 2m, not '3m'
            name  | ' '  | name: expected a text, not ' '
            nane  | x    | unknown setting 'nane'; known are count, limit, flag, pace, name
            """)
    void a_wrong_value_is_refused_with_its_name_and_what_is_expected(String name, String value, String message) {
        assertThatThrownBy(() -> Settings.of(SCHEMA, Map.of(name, value))).isInstanceOf(BadRequestException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Count", "two words", "", "-x", "1st"})
    void a_setting_is_named_in_lower_case(String name) {
        assertThatThrownBy(() -> Setting.flag(name, "whether")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_default_must_be_a_value_itself() {
        assertThatThrownBy(() -> Setting.number("count", 11, 1, 10, "how many"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Setting.choice("rung", "best", List.of("auto"), "which"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"200ms,200000000", "1s,1000000000", "1,1000000000", "0.5,500000000", "1.5ms,1500000", "2m,120000000000",
            "1h,3600000000000", "7us,7000", " 3s ,3000000000"})
    void a_time_has_a_unit_or_is_seconds(String text, long nanos) {
        assertThat(Durations.parse(text, Duration.ZERO, Duration.ofHours(2))).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ms", "-1s", "1 s", "1d", "1e3", "9999999999s", "1..5s", "3h"})
    void what_is_no_time_or_out_of_range_is_refused(String text) {
        assertThatThrownBy(() -> Durations.parse(text, Duration.ZERO, Duration.ofHours(2)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("from 0h to 2h");
    }

    @ParameterizedTest
    @CsvSource({"3600000,1h", "90000,90s", "120000,2m", "1500,1500ms", "1,1ms"})
    void a_time_is_told_in_the_largest_unit_that_makes_it_whole(long millis, String text) {
        assertThat(Durations.text(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "63,63", "EF,46", "ef,46", "CS6,48", "AF11,10", "AF43,38", "BE,0"})
    void a_dscp_is_a_number_or_a_name(String text, int value) {
        assertThat(CommonSettings.DSCP.parse().apply(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "-1", "AF44", "CS8", "", "0x10"})
    void what_is_no_dscp_is_refused(String text) {
        assertThatThrownBy(() -> CommonSettings.DSCP.parse().apply(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 63");
    }
}
