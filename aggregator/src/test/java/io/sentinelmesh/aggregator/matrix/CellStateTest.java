package io.sentinelmesh.aggregator.matrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CellStateTest {

    @Test
    void states_are_declared_in_the_order_of_their_codes() {
        for (CellState state : CellState.values()) {
            assertThat(CellState.ofCode(state.code())).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 255", "10, 10, 0", "10, 0, 200", "10, 9, 20", "1000, 999, 1", "1000, 1, 199", "3, 2, 67",
            "65535, 65534, 1"})
    void loss_is_rounded_but_never_to_none_or_all(int sent, int received, int code) {
        assertThat(CellCode.loss(sent, received)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "255, 256", "256, 257", "511, 512", "512, 513", "514, 514"})
    void a_delay_is_told_by_its_code(int micros, int code) {
        assertThat(CellCode.delay(CellCode.of(CellState.OK, 10, 10, micros))).isEqualTo(code);
        assertThat(CellCode.state(CellCode.of(CellState.BEHIND_NAT, 10, 10, micros))).isEqualTo(7);
    }
}
