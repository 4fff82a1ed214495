package io.sentinelmesh.aggregator;

import java.nio.file.Path;

import io.sentinelmesh.aggregator.membership.MembershipSettings;
import io.sentinelmesh.db.StoreConfig;

/**
 * What was asked for, checked.
 *
 * @param insecure said so: warned of at each start
 */
record AggregatorSettings(Path dataDir, ListenSettings listen, StoreConfig store,
        MembershipSettings membership, boolean insecure) {
}
