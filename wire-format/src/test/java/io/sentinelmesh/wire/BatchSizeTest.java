package io.sentinelmesh.wire;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;

import static org.assertj.core.api.Assertions.assertThat;

class BatchSizeTest {

    private static final int ROUNDS = 6;
    private static final int DESTINATIONS = 60;
    private static final double MAX_BYTES_PER_RESULT = 18;

    @Test
    void a_result_of_ten_delays_over_a_wide_area_network_takes_few_bytes() {
        Frame.Batch batch = new WanModel(1).batch(ROUNDS, DESTINATIONS);

        byte[] bytes = FrameCodec.encode(batch);

        double perResult = (double) bytes.length / (ROUNDS * DESTINATIONS);
        System.out.printf("batch of %d rounds x %d destinations x %d delays: %d bytes, %.2f bytes per result%n", ROUNDS,
                DESTINATIONS, WanModel.PACKETS, bytes.length, perResult);
        assertThat(perResult).isLessThanOrEqualTo(MAX_BYTES_PER_RESULT);
        assertSameWithinResolution(batch, (Frame.Batch) FrameCodec.decode(bytes));
    }

    @Test
    void the_recent_fates_of_healthy_cells_cost_next_to_nothing() {
        int withFates = liveBytes(new RecentFates(0, RecentFates.CAPACITY));
        int without = liveBytes(RecentFates.NONE);

        assertThat(withFates - without).isLessThanOrEqualTo(DESTINATIONS);
    }

    private static int liveBytes(RecentFates fates) {
        List<LiveRow.Cell> cells = new WanModel(1).batch(1, DESTINATIONS).rows().getFirst().results().stream()
                .map(result -> new LiveRow.Cell(result, fates)).toList();
        LiveRow row = new LiveRow(SampleFrames.AGENT, ProbeKind.ICMP_ECHO, SampleFrames.NOON, SampleFrames.ROUND,
                cells);
        return FrameCodec.encode(new Frame.Live(row, List.of())).length;
    }

    private static void assertSameWithinResolution(Frame.Batch written, Frame.Batch read) {
        assertThat(read).isEqualTo(WanModel.quantised(written));
        for (int row = 0; row < ROUNDS; row++) {
            List<PairResult> results = read.rows().get(row).results();
            for (int cell = 0; cell < DESTINATIONS; cell++) {
                PairResult before = written.rows().get(row).results().get(cell);
                PairResult after = results.get(cell);
                assertThat(after.sent()).isEqualTo(before.sent());
                assertThat(after.received()).isEqualTo(before.received());
                for (int i = 0; i < before.received(); i++) {
                    int micros = before.delays().micros(i);
                    assertThat(Math.abs(after.delays().micros(i) - micros))
                            .isLessThanOrEqualTo(micros / DelayCode.ERROR_DIVISOR);
                }
            }
        }
    }
}
