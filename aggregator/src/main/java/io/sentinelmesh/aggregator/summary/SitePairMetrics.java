package io.sentinelmesh.aggregator.summary;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;

/** What Prometheus is told of the mesh itself: pairs of sites, never single pairs. */
public final class SitePairMetrics {

    /** Eight lines each, some two megabytes in all; the first by name, so that the series stay the same. */
    public static final int MOST_SITE_PAIRS = 2_000;

    /** States that a cell can have, always told so that no series comes and goes. */
    private static final List<CellState> STATES = List.of(CellState.OK, CellState.DEGRADED, CellState.DOWN,
            CellState.NO_DATA, CellState.PROBER_IMPAIRED);
    private static final double MICROS_PER_SECOND = 1e6;

    private SitePairMetrics() {
    }

    public static void register(MetricRegistry registry, Supplier<LiveSummary> live) {
        registry.gauges("sentinel_site_pair_pairs", "Measured directed pairs from one site to another, by state.",
                () -> each(live.get(), (labels, figures) -> STATES
                        .forEach(state -> labels.put("state", state.name().toLowerCase(Locale.ROOT),
                                figures.count(state)))));
        registry.gauges("sentinel_site_pair_loss_ratio",
                "Share of the newest round's worth of packets lost, 0 to 1, over the pairs with data.",
                () -> each(live.get(), (labels, figures) -> {
                    if (figures.sent() > 0) {
                        labels.put(figures.lossRatio());
                    }
                }));
        registry.gauges("sentinel_site_pair_round_trip_delay_seconds",
                "Quantiles of the pairs' own median round-trip delays.", () -> each(live.get(), (labels, figures) -> {
                    figures.medianMicros()
                            .ifPresent(micros -> labels.put("quantile", "0.5", micros / MICROS_PER_SECOND));
                    figures.p95Micros()
                            .ifPresent(micros -> labels.put("quantile", "0.95", micros / MICROS_PER_SECOND));
                }));
        registry.gauge("sentinel_site_pairs_left_out", "",
                "Pairs of sites that are not told here, because there are more than " + MOST_SITE_PAIRS + ".",
                () -> Math.max(0, live.get().pairs().size() - MOST_SITE_PAIRS));
    }

    private record Labels(String pair, Map<String, Double> into) {

        void put(double value) {
            into.put(pair, value);
        }

        void put(String key, String label, double value) {
            into.put(pair + "," + MetricRegistry.label(key, label), value);
        }
    }

    private static Map<String, Double> each(LiveSummary live, BiConsumer<Labels, LiveFigures> tell) {
        Map<String, Double> values = new LinkedHashMap<>();
        live.pairs().entrySet().stream().limit(MOST_SITE_PAIRS).forEach(entry -> tell.accept(
                new Labels(MetricRegistry.label("source_site", entry.getKey().source()) + ","
                        + MetricRegistry.label("destination_site", entry.getKey().destination()), values),
                entry.getValue()));
        return values;
    }
}
