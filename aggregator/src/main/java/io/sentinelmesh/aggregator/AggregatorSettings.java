package io.sentinelmesh.aggregator;

import java.nio.file.Path;

import io.sentinelmesh.aggregator.identity.TrustSettings;
import io.sentinelmesh.aggregator.membership.MembershipSettings;
import io.sentinelmesh.db.StoreConfig;

/**
 * What was asked for, checked.
 *
 * @param insecure said so: warned of at each start
 */
record AggregatorSettings(Path dataDir, Listeners listen, TrustSettings trust, StoreConfig store,
        MembershipSettings membership, boolean insecure) {
}
