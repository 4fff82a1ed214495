package io.sentinelmesh.db;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Which store to open.
 *
 * @param retention how long raw rounds are kept; whole days are dropped, so up to a day longer. At least a day
 * @param maxConnections to the database, for all threads together
 */
public record StoreConfig(Target target, Duration retention, int maxConnections) {

    public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);
    public static final int DEFAULT_MAX_CONNECTIONS = 8;

    /** Where the data is kept. */
    public sealed interface Target {

        /** A server of our own, its data in this folder: for trying out, and for small meshes. */
        record Embedded(Path dataFolder) implements Target {
        }

        /** A server that somebody runs. */
        record Server(DatabaseAddress address) implements Target {
        }
    }

    public StoreConfig {
        if (retention.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("the retention must be at least a day, not " + retention);
        }
        if (maxConnections < 2 || maxConnections > 100) {
            throw new IllegalArgumentException("2 to 100 database connections, not " + maxConnections);
        }
    }

    public static StoreConfig embedded(Path dataFolder) {
        return new StoreConfig(new Target.Embedded(dataFolder), DEFAULT_RETENTION, DEFAULT_MAX_CONNECTIONS);
    }

    public static StoreConfig server(DatabaseAddress address) {
        return new StoreConfig(new Target.Server(address), DEFAULT_RETENTION, DEFAULT_MAX_CONNECTIONS);
    }

    public StoreConfig withRetention(Duration newRetention) {
        return new StoreConfig(target, newRetention, maxConnections);
    }
}
