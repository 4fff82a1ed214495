package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.StoreFlavour;
import io.sentinelmesh.db.Tiers;

/** How much room each tier takes, and since when it has something. */
record TierSpaces(Transactions transactions, StoreFlavour flavour, Retention retention,
        RollUps rollUps) implements Tiers {

    @Override
    public boolean rollUp(Instant now) {
        return rollUps.turn(now);
    }

    @Override
    public long setAside() {
        return rollUps.setAside();
    }

    @Override
    public List<TierSpace> space(Instant now) {
        return transactions.withConnection("look how much room the tiers take", connection -> {
            List<TierSpace> spaces = new ArrayList<>();
            for (Cut cut : List.of(Cut.RAW, Cut.MINUTES, Cut.HOURS, Cut.METRIC_SAMPLES, Cut.METRIC_MINUTES,
                    Cut.METRIC_HOURS)) {
                spaces.add(space(connection, cut, now));
            }
            return List.copyOf(spaces);
        });
    }

    private TierSpace space(Connection connection, Cut cut, Instant now) throws SQLException {
        String bytes = flavour == StoreFlavour.PLAIN
                ? "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_partition_tree('" + cut.table()
                        + "') WHERE isleaf"
                : "SELECT coalesce(hypertable_size('" + cut.table() + "'), 0)";
        try (Statement statement = connection.createStatement()) {
            long size = number(statement, bytes);
            // The index on time leads to it at once.
            long oldest = number(statement, "SELECT extract(epoch FROM min(time))::bigint FROM " + cut.table());
            Duration held = oldest == 0 ? Duration.ZERO : Duration.between(Instant.ofEpochSecond(oldest), now);
            return new TierSpace(cut.tier(), size, held.isNegative() ? Duration.ZERO : held, kept(cut.tier()));
        }
    }

    private Duration kept(Tier tier) {
        return switch (tier) {
            case RAW -> retention.raw();
            case MINUTE -> retention.minutes();
            case HOUR -> retention.hours();
            case METRIC_RAW -> MetricRetention.of(retention).samples();
            case METRIC_MINUTE -> MetricRetention.of(retention).minutes();
            case METRIC_HOUR -> MetricRetention.of(retention).hours();
        };
    }

    /** 0: NULL. */
    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
