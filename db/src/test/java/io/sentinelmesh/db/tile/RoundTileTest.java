package io.sentinelmesh.db.tile;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RoundTripDelays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RoundTileTest {

    private static final NodeId SOMEBODY = NodeId.random();

    private final RoundTile encoder = new RoundTile();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_delay_comes_back_as_its_code(long seed) {
        Random random = new Random(seed);
        for (int turn = 0; turn < 300; turn++) {
            int end = 1 + random.nextInt(RoundTile.CELLS);
            @Nullable
            PairResult[] results = new PairResult[RoundTile.CELLS];
            for (int cell = 0; cell < end; cell++) {
                results[cell] = random.nextInt(9) == 0 ? null : any(random);
            }

            RoundTileReader reader = read(results, end);

            assertThat(reader.cells()).isEqualTo(end);
            // Back and forth: a reader finds its way from anywhere.
            int[] order = IntStream.concat(IntStream.range(0, end), random.ints(20, 0, end)).toArray();
            for (int cell : order) {
                PairResult result = results[cell];
                assertThat(reader.seek(cell)).as("cell %d", cell).isEqualTo(result != null);
                if (result != null) {
                    assertThat(reader.sent()).isEqualTo(result.sent());
                    assertThat(reader.received()).isEqualTo(result.received());
                    assertThat(codes(reader)).containsExactly(codesOf(result));
                }
            }
            assertThat(reader.seek(end)).isFalse();
        }
    }

    @Test
    void the_quantiles_of_a_long_round_are_delays_that_were_measured() {
        int[] delays = new Random(1).ints(3_600, 1, 500).toArray();
        PairResult result = PairResult.of(SOMEBODY, 4_000, delays);

        RoundTileReader reader = read(new PairResult[]{result}, 1);

        assertThat(reader.seek(0)).isTrue();
        for (double q : new double[]{0, 0.25, 0.5, 0.75, 1}) {
            assertThat(reader.quantileMicros(q)).isEqualTo(result.delays().quantileMicros(q));
        }
        assertThat(IntStream.range(0, KeptRanks.count(3_600)).map(point -> KeptRanks.weight(3_600, point)).sum())
                .isEqualTo(3_600);
    }

    @Test
    void quantiles_of_any_count_are_nearest_ranks() {
        for (int count = 1; count <= 200; count++) {
            PairResult result = PairResult.of(SOMEBODY, count, IntStream.rangeClosed(1, count).toArray());
            RoundTileReader reader = read(new PairResult[]{result}, 1);
            reader.seek(0);
            for (double q : new double[]{0, 0.25, 0.5, 0.75, 1}) {
                assertThat(reader.quantileMicros(q)).as("%s of %d", q, count)
                        .isEqualTo(result.delays().quantileMicros(q));
            }
        }
    }

    @Test
    void results_of_a_wide_area_take_ten_bytes_at_most() {
        Random random = new Random(7);
        int bytes = 0;
        for (int turn = 0; turn < 100; turn++) {
            PairResult[] results = new PairResult[RoundTile.CELLS];
            for (int cell = 0; cell < results.length; cell++) {
                double base = 2_000 + random.nextDouble() * 78_000;
                results[cell] = PairResult.of(SOMEBODY, 10, IntStream.range(0, 10)
                        .map(i -> (int) (base + 500 * Math.exp(0.6 * random.nextGaussian()))).toArray());
            }
            bytes += encoder.encode(results, results.length);
        }

        assertThat(bytes / 6_400.0).isBetween(6.0, 8.0);
    }

    @Test
    void bytes_of_another_form_are_refused() {
        assertThatThrownBy(() -> new RoundTileReader().open(new byte[]{9, 0, 0, 0, 0, 0}, 0, 6))
                .isInstanceOf(StoreException.class).hasMessageContaining("no form");
    }

    private static PairResult any(Random random) {
        int sent = random.nextInt(5) == 0 ? random.nextInt(80) : 10;
        int received = random.nextInt(4) == 0 ? random.nextInt(sent + 1) : sent;
        int base = 1 << random.nextInt(24);
        int spread = 1 << random.nextInt(20);
        return new PairResult(SOMEBODY, sent,
                RoundTripDelays.ofMicros(random.ints(received, base, base + spread).toArray()),
                List.of(), random.nextInt(3), 0);
    }

    private RoundTileReader read(@Nullable PairResult[] results, int end) {
        int length = encoder.encode(results, end);
        // Not at the start of an array, and with nothing after it.
        byte[] moved = new byte[7 + length];
        System.arraycopy(encoder.bytes(), 0, moved, 7, length);
        return new RoundTileReader().open(moved, 7, length);
    }

    private static int[] codes(RoundTileReader reader) {
        return IntStream.range(0, KeptRanks.count(reader.received())).map(reader::code).toArray();
    }

    private static int[] codesOf(PairResult result) {
        int[] delays = result.delays().toMicros();
        return Arrays.stream(IntStream.range(0, KeptRanks.count(delays.length))
                .map(point -> delays[KeptRanks.rank(delays.length, point) - 1]).toArray()).map(DelayCode::encode)
                .toArray();
    }
}
