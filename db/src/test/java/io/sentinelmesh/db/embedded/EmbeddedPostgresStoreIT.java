package io.sentinelmesh.db.embedded;

import java.nio.file.Path;
import java.time.Clock;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.MeasurementStoreContract;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.Stores;

class EmbeddedPostgresStoreIT extends MeasurementStoreContract {

    @TempDir
    static Path folder;

    private static MeasurementStore store;

    @BeforeAll
    static void open() {
        store = Stores.open(StoreConfig.embedded(folder), Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    protected MeasurementStore store() {
        return store;
    }
}
