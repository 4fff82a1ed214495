package io.sentinelmesh.db;

import java.time.Clock;
import java.util.Optional;

import io.sentinelmesh.db.StoreConfig.Target;
import io.sentinelmesh.db.dump.DumpListener;
import io.sentinelmesh.db.dump.RowSink;
import io.sentinelmesh.db.dump.RowSource;
import io.sentinelmesh.db.dump.StoreDump;
import io.sentinelmesh.db.embedded.EmbeddedPostgres;
import io.sentinelmesh.db.postgres.DumpReader;
import io.sentinelmesh.db.postgres.DumpWriter;
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
                    yield PostgresStore.open(postgres.address(), config, clock, postgres::close);
                } catch (RuntimeException e) {
                    postgres.close();
                    throw e;
                }
            }
        };
    }

    /**
     * Reads a whole store as it is now; aggregators may go on with it.
     *
     * @throws StoreException with what to do about it
     */
    public static StoreDump dump(Target target, RowSink sink, DumpListener listener) {
        return switch (target) {
            case Target.Server server -> DumpWriter.write(server.address(), sink, listener);
            case Target.Embedded embedded -> {
                Optional<DatabaseAddress> running = EmbeddedPostgres.running(embedded.dataFolder());
                if (running.isPresent()) {
                    yield DumpWriter.write(running.get(), sink, listener);
                }
                try (EmbeddedPostgres postgres = EmbeddedPostgres.startExisting(embedded.dataFolder())) {
                    yield DumpWriter.write(postgres.address(), sink, listener);
                }
            }
        };
    }

    /**
     * Loads what was dumped into an empty database, whatever its flavour: all of it or nothing. No aggregator may run with it.
     *
     * @throws StoreException with what to do about it
     */
    public static void load(Target target, StoreDump dump, RowSource source, DumpListener listener) {
        switch (target) {
            case Target.Server server -> DumpReader.load(server.address(), dump, source, listener);
            case Target.Embedded embedded -> {
                try (EmbeddedPostgres postgres = EmbeddedPostgres.start(embedded.dataFolder())) {
                    DumpReader.load(postgres.address(), dump, source, listener);
                }
            }
        }
    }
}
