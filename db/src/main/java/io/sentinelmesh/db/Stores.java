package io.sentinelmesh.db;

import java.time.Clock;

import io.sentinelmesh.db.StoreConfig.Target;
import io.sentinelmesh.db.embedded.EmbeddedPostgres;
import io.sentinelmesh.db.postgres.PostgresStore;

/** Opens stores: the module's front door. */
public final class Stores {

    private Stores() {
    }

    /**
     * Starts the embedded server if that is asked for, brings the tables up to date and connects. Closing the store stops that server.
     *
     * @param clock decides which rounds are too old or too far ahead to be stored
     * @throws StoreException with what to do about it
     */
    public static MeasurementStore open(StoreConfig config, Clock clock) {
        return switch (config.target()) {
            case Target.Server server -> PostgresStore.open(server.address(), config, clock, () -> {
            });
            case Target.Embedded embedded -> {
                EmbeddedPostgres postgres = EmbeddedPostgres.start(embedded.dataFolder());
                try {
                    yield PostgresStore.open(DatabaseAddress.parse(postgres.jdbcUrl()).withUser(postgres.user())
                            .withPassword(postgres.password()), config, clock, postgres::close);
                } catch (RuntimeException e) {
                    postgres.close();
                    throw e;
                }
            }
        };
    }
}
