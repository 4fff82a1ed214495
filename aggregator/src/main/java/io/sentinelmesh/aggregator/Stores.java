package io.sentinelmesh.aggregator;

import io.sentinelmesh.db.MeasurementStore;

/** Opens the database that was asked for. */
final class Stores {

    private Stores() {
    }

    static MeasurementStore open(AggregatorSettings settings) {
        if (settings.databaseUrl().isPresent()) {
            throw StartupException.failed("x");
        }
        throw StartupException.failed("no store is built in yet for " + settings.dataDir());
    }
}
