package io.sentinelmesh.aggregator.upkeep;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.db.Tiers.Tier;
import io.sentinelmesh.db.Tiers.TierSpace;

/** What Prometheus is told of the room that rounds, minutes and hours take; 0 until it was looked at. */
public final class TierMetrics {

    private TierMetrics() {
    }

    public static void register(MetricRegistry registry, StoreUpkeep upkeep) {
        for (Tier tier : Tier.values()) {
            gauge(registry, upkeep, tier, "sentinel_store_tier_bytes", "Bytes on disk, with indexes.",
                    TierSpace::bytes);
            gauge(registry, upkeep, tier, "sentinel_store_tier_forecast_bytes",
                    "Bytes on disk once the tier holds all it is to hold, if it grows on as it did so far.",
                    TierSpace::forecastBytes);
            gauge(registry, upkeep, tier, "sentinel_store_tier_held_seconds", "How long a time the tier holds by now.",
                    space -> space.held().toSeconds());
        }
    }

    private static void gauge(MetricRegistry registry, StoreUpkeep upkeep, Tier tier, String name, String help,
            ToDoubleFunction<TierSpace> figure) {
        registry.gauge(name, "tier=\"" + tier.name().toLowerCase(Locale.ROOT) + "\"", help,
                () -> upkeep.space(tier).map(figure::applyAsDouble).orElse(0.0));
    }
}
