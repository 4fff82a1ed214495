package io.sentinelmesh.db;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Which store to open.
 *
 * @param retention how long each tier is kept
 * @param maxConnections to the database, for all threads together
 */
public record StoreConfig(Target target, Retention retention, int maxConnections) {

    /** Of raw rounds. */
    public static final Duration DEFAULT_RETENTION = Retention.DEFAULT.raw();
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
        if (maxConnections < 2 || maxConnections > 100) {
            throw new IllegalArgumentException("2 to 100 database connections, not " + maxConnections);
        }
    }

    public static StoreConfig embedded(Path dataFolder) {
        return new StoreConfig(new Target.Embedded(dataFolder), Retention.DEFAULT, DEFAULT_MAX_CONNECTIONS);
    }

    public static StoreConfig server(DatabaseAddress address) {
        return new StoreConfig(new Target.Server(address), Retention.DEFAULT, DEFAULT_MAX_CONNECTIONS);
    }

    public StoreConfig withRetention(Retention newRetention) {
        return new StoreConfig(target, newRetention, maxConnections);
    }

    /** Of raw rounds; the other tiers are kept at least as long. */
    public StoreConfig withRetention(Duration rawRetention) {
        return withRetention(retention.withRaw(rawRetention));
    }
}
