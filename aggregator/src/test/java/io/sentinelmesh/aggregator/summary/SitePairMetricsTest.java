package io.sentinelmesh.aggregator.summary;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;

import static org.assertj.core.api.Assertions.assertThat;

class SitePairMetricsTest {

    private static final LiveFigures FIGURES = new LiveFigures(Map.of(CellState.DOWN, 2), 20, 5, OptionalInt.of(1_500),
            OptionalInt.of(3_000));

    private static String exposition(SortedMap<SitePair, LiveFigures> pairs) {
        MetricRegistry registry = new MetricRegistry();
        SitePairMetrics.register(registry,
                () -> new LiveSummary(Instant.EPOCH, new TreeMap<>(), new TreeMap<>(), pairs));
        return registry.exposition();
    }

    @Test
    void beyond_so_many_pairs_of_sites_the_rest_is_left_out_and_told_as_such() {
        SortedMap<SitePair, LiveFigures> pairs = new TreeMap<>();
        for (int i = 0; i < SitePairMetrics.MOST_SITE_PAIRS + 3; i++) {
            pairs.put(new SitePair("a", "b" + i), FIGURES);
        }
        String text = exposition(pairs);

        assertThat(text.lines().filter(line -> line.startsWith("sentinel_site_pair_loss_ratio{")))
                .hasSize(SitePairMetrics.MOST_SITE_PAIRS);
        assertThat(text).contains("sentinel_site_pairs_left_out 3\n");
    }

    @Test
    void what_is_not_known_has_no_line_and_what_a_site_is_called_breaks_none() {
        SortedMap<SitePair, LiveFigures> pairs = new TreeMap<>();
        pairs.put(new SitePair("a\"b\\c\nd", "b"), FIGURES);
        pairs.put(new SitePair("silent", "b"), LiveFigures.NONE);

        assertThat(exposition(pairs))
                .contains(
                        "sentinel_site_pair_loss_ratio{source_site=\"a\\\"b\\\\c\\nd\",destination_site=\"b\"} 0.75\n")
                .contains("sentinel_site_pair_round_trip_delay_seconds{source_site=\"a\\\"b\\\\c\\nd\","
                        + "destination_site=\"b\",quantile=\"0.95\"} 0.003\n")
                .contains("sentinel_site_pair_pairs{source_site=\"silent\",destination_site=\"b\",state=\"ok\"} 0\n")
                .doesNotContain("ratio{source_site=\"silent\"").doesNotContain("NaN");
    }
}
