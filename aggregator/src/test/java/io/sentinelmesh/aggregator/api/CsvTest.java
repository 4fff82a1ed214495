package io.sentinelmesh.aggregator.api;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CsvTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\tx"})
    void a_text_that_a_spreadsheet_would_take_for_a_formula_is_none_any_more(String text) {
        assertThat(Csv.line(text)).isEqualTo("'" + text + "\r\n");
    }

    @Test
    void a_number_stays_a_number_even_below_zero() {
        assertThat(Csv.line(-0.5, -3L, 7)).isEqualTo("-0.5,-3,7\r\n");
    }

    @Test
    void what_is_not_known_is_an_empty_cell() {
        assertThat(Csv.line(Double.NaN, Optional.empty(), Optional.of(3), "")).isEqualTo(",,3,\r\n");
    }

    @Test
    void what_would_end_a_cell_or_a_line_is_quoted() {
        assertThat(Csv.line("a,b", "say \"x\"", "two\nlines", "=a,b", "plain"))
                .isEqualTo("\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"'=a,b\",plain\r\n");
    }
}
