package io.sentinelmesh.aggregator.summary;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.matrix.BaselineMemory;
import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.aggregator.roster.AgentRoster;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;

import static org.assertj.core.api.Assertions.assertThat;

class LiveSummariesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final NodeTable nodes = new NodeTable();
    private final LiveMatrix matrix = new LiveMatrix(nodes, new BaselineMemory());
    private final LiveMesh mesh = new LiveMesh(nodes, new AgentRoster(), matrix, Clock.fixed(NOW, ZoneOffset.UTC),
            () -> 0);
    private final List<MeshNode> all = new ArrayList<>();

    private int node(String site) {
        MeshNode node = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "n" + all.size(), site, "192.0.2.1");
        all.add(node);
        return nodes.enter(node).orElseThrow();
    }

    private void report(int source, LiveRow.Cell... cells) {
        matrix.report(source, new LiveRow(all.get(source).id(), ProbeKind.ICMP_ECHO, NOW, Duration.ofSeconds(10),
                List.of(cells)), false, 0);
    }

    private LiveRow.Cell cell(int destination, int sent, int... delays) {
        int lost = sent - delays.length;
        return new LiveRow.Cell(PairResult.of(all.get(destination).id(), sent, delays),
                new RecentFates((1L << lost) - 1, Math.max(sent, lost)));
    }

    @Test
    void sites_are_summed_up_as_rows_as_columns_and_as_pairs() {
        int one = node("x");
        int two = node("x");
        int three = node("y");
        report(one, cell(two, 2, 10, 20), cell(three, 4, 30, 30, 30));
        report(two, cell(three, 4));
        report(three, cell(one, 0));
        LiveSummaries summaries = new LiveSummaries();
        summaries.look(mesh);

        LiveSummary summary = summaries.newest();
        assertThat(summary.at()).isEqualTo(NOW);
        LiveFigures fromX = summary.from().get("x");
        assertThat(fromX.pairs()).isEqualTo(3);
        assertThat(fromX.sent()).isEqualTo(10);
        assertThat(fromX.received()).isEqualTo(5);
        assertThat(fromX.medianMicros()).isEqualTo(OptionalInt.of(10));
        assertThat(fromX.p95Micros()).isEqualTo(OptionalInt.of(30));
        assertThat(fromX.count(CellState.DOWN)).isOne();
        LiveFigures fromY = summary.from().get("y");
        assertThat(fromY.pairs()).isOne();
        assertThat(fromY.pairsWithData()).as("nothing was sent").isZero();
        assertThat(fromY.lossRatio()).isNaN();
        assertThat(summary.to().get("y").sent()).isEqualTo(8);
        assertThat(summary.pairs()).containsOnlyKeys(new SitePair("x", "x"), new SitePair("x", "y"),
                new SitePair("y", "x"));
        assertThat(summary.pairs().get(new SitePair("x", "y")).lossRatio()).isEqualTo(5.0 / 8);
    }

    @Test
    void a_large_mesh_takes_several_looks_and_is_published_when_it_is_complete() {
        int destinations = 1_000;
        int sources = LiveSummaries.CELLS_AT_ONCE / destinations + 1;
        for (int i = 0; i <= destinations; i++) {
            node("s");
        }
        for (int source = 0; source < sources; source++) {
            List<LiveRow.Cell> cells = new ArrayList<>();
            for (int i = 0; i <= destinations; i++) {
                if (i != source) {
                    cells.add(cell(i, 1, 100));
                }
            }
            report(source, cells.toArray(LiveRow.Cell[]::new));
        }
        LiveSummaries summaries = new LiveSummaries();

        summaries.look(mesh);
        assertThat(summaries.newest().pairs()).isEmpty();
        summaries.look(mesh);
        assertThat(summaries.newest().from().get("s").pairs()).isEqualTo(sources * destinations);
        assertThat(summaries.newest().from().get("s").sent()).isEqualTo((long) sources * destinations);
    }
}
