package io.sentinelmesh.aggregator;

import java.nio.file.Path;
import java.util.Optional;

import io.sentinelmesh.aggregator.membership.MembershipSettings;

/**
 * What was asked for, checked.
 *
 * @param databaseUrl empty for the embedded store in the data folder; may hold a password, so it is never logged
 * @param insecure said so: warned of at each start
 */
record AggregatorSettings(Path dataDir, ListenSettings listen, Optional<String> databaseUrl,
        MembershipSettings membership, boolean insecure) {

    @Override
    public String toString() {
        return "AggregatorSettings[" + dataDir + ", " + listen + ", " + membership + "]";
    }
}
