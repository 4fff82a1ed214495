package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

import static org.assertj.core.api.Assertions.assertThat;

class BatchMakerTest {

    private static final World WORLD = new World(4, 2, 7, Duration.ofSeconds(10), 10);
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final UUID BOOT = new UUID(5, 6);

    private final Rounds rounds = new Rounds(WORLD,
            IntStream.range(0, WORLD.agents()).mapToObj(i -> new NodeId(new UUID(1, i))).toList(),
            List.of(FaultReader.read("impaired:s001-1", WORLD)), BatchMaker.micros(NOW));
    private final BatchMaker maker = new BatchMaker(rounds, InstantSource.fixed(NOW));

    @Test
    void the_tally_is_that_of_the_frame_as_it_is_read() {
        BatchMaker.Made made = maker.batch(2, BOOT, 9, List.of(100L, 101L, 103L), false);

        Frame.Batch read = (Frame.Batch) FrameCodec.decode(made.batch().getBytes());
        List<PairResult> results = new ArrayList<>();
        read.rows().forEach(row -> results.addAll(row.results()));
        assertThat(made.tally()).isEqualTo(Tally.of(results)).extracting(Tally::results).isEqualTo(21L);
        assertThat(read.rows()).extracting(MatrixRow::roundStart).containsExactly(Instant.ofEpochSecond(1_000),
                Instant.ofEpochSecond(1_010), Instant.ofEpochSecond(1_030));
        assertThat(read.sequence()).isEqualTo(9);
        assertThat(made.live()).isEmpty();
    }

    @Test
    void a_batch_that_was_lost_is_made_again_as_it_was() {
        assertThat(maker.batch(2, BOOT, 9, List.of(100L), false).batch())
                .isEqualTo(maker.batch(2, BOOT, 9, List.of(100L), false).batch());
    }

    @Test
    void a_live_row_says_whether_its_prober_is_ill() {
        Frame.Live ill = (Frame.Live) FrameCodec.decode(maker.live(0).getBytes());
        Frame.Live well = (Frame.Live) FrameCodec.decode(maker.live(1).getBytes());

        assertThat(ill.verdict().impaired()).isTrue();
        assertThat(well.verdict().impaired()).isFalse();
        assertThat(well.row().cells()).hasSize(7)
                .allSatisfy(
                        cell -> assertThat(Long.bitCount(cell.recent().lostMask())).isEqualTo(cell.latest().lost()));
    }
}
