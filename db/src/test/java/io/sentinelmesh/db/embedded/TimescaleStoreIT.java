package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.PostgresStoreContract;
import io.sentinelmesh.db.StoreFlavour;

class TimescaleStoreIT extends PostgresStoreContract {

    @TempDir
    static Path folder;

    private static TimescaleServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TimescaleServer.start(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected DatabaseAddress address() {
        return server.address();
    }

    @Override
    protected StoreFlavour expectedFlavour() {
        return StoreFlavour.APACHE;
    }
}
