package io.sentinelmesh.db.embedded;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.PostgresStoreContract;
import io.sentinelmesh.db.StoreFlavour;

class EmbeddedPostgresStoreIT extends PostgresStoreContract {

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected DatabaseAddress address() {
        return DatabaseAddress.parse(server.jdbcUrl()).withUser(server.user()).withPassword(server.password());
    }

    @Override
    protected StoreFlavour expectedFlavour() {
        return StoreFlavour.PLAIN;
    }
}
