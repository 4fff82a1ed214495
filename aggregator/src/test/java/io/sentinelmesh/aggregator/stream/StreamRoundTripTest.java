package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

import io.sentinelmesh.aggregator.matrix.BaselineMemory;
import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.KindChoice;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.MatrixTick;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whoever reads a snapshot and the deltas after it has the matrix, whatever happens to it. */
class StreamRoundTripTest {

    private final NodeTable nodes = new NodeTable();
    private final LiveMatrix matrix = new LiveMatrix(nodes, new BaselineMemory());
    private final StreamEncoder encoder = new StreamEncoder();
    private final List<MeshNode> all = new ArrayList<>();
    private long now = Duration.ofDays(1).toNanos();

    @Property(tries = 25)
    void snapshot_and_deltas_together_are_the_matrix(@ForAll long seed) {
        Random random = new Random(seed);
        List<KindChoice> choices = List.of(KindChoice.SHOWN, KindChoice.only(ProbeKind.STAMP));
        List<StreamDecoder> readers = List.of(new StreamDecoder(), new StreamDecoder());
        int sparse = 1 + random.nextInt(4);
        for (int tick = 1; tick <= 25; tick++) {
            for (int i = random.nextInt(12); i >= 0; i--) {
                somethingHappens(random, sparse);
            }
            MatrixTick changes = matrix.tick(now);
            StreamEncoder.Stamp stamp = new StreamEncoder.Stamp(7, tick, Instant.EPOCH);
            for (int i = 0; i < choices.size(); i++) {
                KindChoice kind = choices.get(i);
                Scope scope = Scope.of(Subscription.EVERYTHING, nodes.nodes());
                byte[] message = tick == 3
                        ? encoder.snapshot(stamp, matrix, matrix.rowAges(now), kind, scope)
                        : encoder.delta(stamp, matrix, changes, kind, scope);
                readers.get(i).apply(ByteBuffer.wrap(message));
                if (tick >= 3) {
                    assertThat(readers.get(i).cells).as("tick %s", tick).isEqualTo(expected(kind));
                }
            }
        }
    }

    private void somethingHappens(Random random, int sparse) {
        int dice = random.nextInt(40);
        if (all.size() < 3 || dice == 0 && all.size() < 90) {
            for (int i = 0; i < 20; i++) {
                MeshNode node = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "n" + all.size(), "s", "192.0.2.1");
                nodes.enter(node);
                all.add(node);
            }
            return;
        }
        int one = random.nextInt(all.size());
        switch (dice) {
            case 1 -> matrix.leave(one);
            case 2 -> matrix.behindNat(one, random.nextBoolean());
            case 3, 4 -> now += random.nextLong(Duration.ofSeconds(5).toNanos());
            case 5, 6 -> matrix.heard(one, now);
            default -> report(random, one, sparse);
        }
    }

    private void report(Random random, int source, int sparse) {
        matrix.arrive(source);
        List<LiveRow.Cell> cells = new ArrayList<>();
        for (MeshNode destination : all) {
            if (random.nextInt(sparse) > 0) {
                continue;
            }
            int sent = random.nextInt(11);
            int received = random.nextInt(4) == 0 ? random.nextInt(sent + 1) : sent;
            int[] delays = random.ints(received, 0, 90_000).toArray();
            long lost = random.nextInt(5) == 0 ? random.nextLong() : 0;
            cells.add(new LiveRow.Cell(PairResult.of(destination.id(), sent, delays), new RecentFates(lost, 64)));
        }
        ProbeKind kind = ProbeKind.values()[random.nextInt(ProbeKind.values().length)];
        now += 1_000_000;
        matrix.report(source, new LiveRow(all.get(source).id(), kind, Instant.EPOCH, Duration.ofSeconds(1), cells),
                random.nextInt(10) == 0, now);
    }

    private TreeMap<Long, Integer> expected(KindChoice kind) {
        TreeMap<Long, Integer> cells = new TreeMap<>();
        for (int source = 0; source < all.size(); source++) {
            for (int destination = 0; destination < all.size(); destination++) {
                long key = source * 65_536L + destination;
                matrix.cell(source, destination, kind).ifPresent(cell -> cells.put(key, code(cell)));
            }
        }
        return cells;
    }

    /** From the figures that people see, not from what the matrix keeps for the stream. */
    private static int code(Cell cell) {
        CellFigures figures = cell.figures();
        int loss = figures.sent() == 0 ? 255 : (int) Math.round(figures.lossRatio() * 200);
        int delay = figures.answered() ? DelayCode.encode(figures.medianMicros()) + 1 : 0;
        return cell.state().code() << 24 | loss << 16 | delay;
    }
}
