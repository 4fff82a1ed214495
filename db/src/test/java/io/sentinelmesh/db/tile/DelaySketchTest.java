package io.sentinelmesh.db.tile;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static org.assertj.core.api.Assertions.assertThat;

class DelaySketchTest {

    @Test
    void every_delay_lies_in_its_bucket_and_no_further_from_the_middle_than_stated() {
        for (int code = 0; code <= DelayCode.MAX_CODE; code++) {
            int micros = DelayCode.decode(code);
            int bucket = DelaySketch.bucketOfCode(code);

            assertThat(bucket).isLessThan(DelaySketch.BUCKETS);
            assertThat(Math.abs(DelaySketch.middleMicros(bucket) - micros)).as("%d us", micros)
                    .isLessThanOrEqualTo(micros / DelaySketch.ERROR_DIVISOR);
        }
    }

    @Test
    void quantiles_of_many_rounds_are_off_by_no_more_than_stated_and_the_rest_is_exact() {
        Random random = new Random(3);
        DelaySketch sketch = new DelaySketch();
        int[] all = new int[0];
        for (int round = 0; round < 360; round++) {
            int[] delays = random.ints(random.nextInt(11), 100, 200 << random.nextInt(14)).map(DelaySketchTest::kept)
                    .toArray();
            sketch.add(round(delays));
            all = IntStream.concat(Arrays.stream(all), Arrays.stream(delays)).sorted().toArray();
        }

        Delays found = sketch.delays().orElseThrow();
        assertThat(sketch.sent()).isEqualTo(3_600);
        assertThat(sketch.received()).isEqualTo(all.length);
        assertThat(found.min()).isEqualTo(all[0]);
        assertThat(found.max()).isEqualTo(all[all.length - 1]);
        assertThat(found.mean()).isEqualTo((int) Math.round(Arrays.stream(all).average().orElseThrow()));
        for (double q = 0; q <= 1; q += 0.01) {
            int exact = all[KeptRanks.nearest(all.length, q) - 1];
            assertThat(Math.abs(sketch.quantileMicros(q) - exact)).as("quantile %f", q)
                    .isLessThanOrEqualTo(exact / DelaySketch.ERROR_DIVISOR);
        }
    }

    @Test
    void bytes_hold_all_of_it_and_merging_in_any_order_comes_to_the_same() {
        Random random = new Random(5);
        DelaySketch[] whole = fresh();
        DelaySketch[] halves = fresh();
        PeriodTile encoder = new PeriodTile();
        DelaySketch[] merged = fresh();
        for (int half = 0; half < 2; half++) {
            for (int cell = 0; cell < RoundTile.CELLS - 3; cell += 1 + random.nextInt(3)) {
                for (int round = random.nextInt(7); round > 0; round--) {
                    RoundTileReader reader = round(
                            random.ints(random.nextInt(11), 0, 2 << random.nextInt(30)).toArray());
                    whole[cell].add(reader);
                    halves[cell].add(reader);
                }
            }
            PeriodTileReader reader = read(encoder, halves);
            for (int cell = RoundTile.CELLS - 1; cell >= 0; cell--) {
                assertThat(reader.addTo(merged[cell], cell)).isEqualTo(!halves[cell].isEmpty());
            }
            Arrays.stream(halves).forEach(DelaySketch::clear);
        }

        byte[] one = Arrays.copyOf(encoder.bytes(), encoder.encode(whole, RoundTile.CELLS));
        byte[] other = Arrays.copyOf(encoder.bytes(), encoder.encode(merged, RoundTile.CELLS));
        assertThat(other).isEqualTo(one);
        assertThat(Arrays.stream(whole).mapToLong(DelaySketch::sent).sum()).isPositive();
    }

    @Test
    void a_round_in_which_nothing_could_be_sent_is_not_a_gap() {
        DelaySketch sketch = new DelaySketch();
        RoundTile encoder = new RoundTile();
        int length = encoder.encode(new PairResult[]{PairResult.of(NodeId.random(), 0)}, 1);
        RoundTileReader reader = new RoundTileReader().open(encoder.bytes(), 0, length);
        assertThat(reader.seek(0)).isTrue();
        sketch.add(reader);

        assertThat(read(new PeriodTile(), new DelaySketch[]{sketch}).addTo(new DelaySketch(), 0)).isTrue();
    }

    private static PeriodTileReader read(PeriodTile encoder, DelaySketch[] sketches) {
        int length = encoder.encode(sketches, sketches.length);
        return new PeriodTileReader().open(Arrays.copyOf(encoder.bytes(), length), 0, length);
    }

    private static DelaySketch[] fresh() {
        return IntStream.range(0, RoundTile.CELLS).mapToObj(cell -> new DelaySketch()).toArray(DelaySketch[]::new);
    }

    private static RoundTileReader round(int... delays) {
        RoundTile encoder = new RoundTile();
        int length = encoder.encode(new PairResult[]{PairResult.of(NodeId.random(), 10, delays)}, 1);
        RoundTileReader reader = new RoundTileReader().open(encoder.bytes(), 0, length);
        reader.seek(0);
        return reader;
    }

    private static int kept(int micros) {
        return DelayCode.decode(DelayCode.encode(micros));
    }
}
