package io.sentinelmesh.db.postgres;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.PostgresStoreContract;
import io.sentinelmesh.db.StoreFlavour;

/** Nothing that Debian or Maven offers holds the Community edition, so this runs only where somebody names a server; CI does not. */
class CommunityStoreIT extends PostgresStoreContract {

    static final String VARIABLE = "SENTINEL_TEST_TSL_URL";

    @BeforeAll
    static void requireServer() {
        Assumptions.assumeTrue(System.getenv(VARIABLE) != null,
                VARIABLE + " names no TimescaleDB Community server: the columnstore is not tested");
    }

    @Override
    protected DatabaseAddress address() {
        return DatabaseAddress.parse(System.getenv(VARIABLE));
    }

    @Override
    protected StoreFlavour expectedFlavour() {
        return StoreFlavour.COMMUNITY;
    }
}
