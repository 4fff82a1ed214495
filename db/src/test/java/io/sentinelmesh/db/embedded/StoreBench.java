package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.postgres.StoreBenchRun;

/** The program behind scripts/bench store. Arguments: the folder for the databases, days of pairs raw, days of minutes, sources of the full matrix. */
final class StoreBench {

    private StoreBench() {
    }

    public static void main(String[] arguments) throws SQLException, IOException {
        Path folder = Path.of(arguments[0]);
        StoreBenchRun.Size size = new StoreBenchRun.Size(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
        Instant now = Instant.parse("2026-11-01T00:00:00Z");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder.resolve("plain"))) {
            DatabaseAddress address = DatabaseAddress.parse(server.jdbcUrl()).withUser(server.user())
                    .withPassword(server.password());
            StoreBenchRun run = new StoreBenchRun(address, now, size);
            print(run.everything());
        }
        if (arguments.length > 6 && arguments[6].equals("apache")) {
            try (TimescaleServer server = TimescaleServer.start(Files.createDirectory(folder.resolve("apache")))) {
                print(new StoreBenchRun(server.address(), now, size).sizeOnly());
            }
        }
    }

    private static void print(Map<String, Number> figures) {
        figures.forEach((name, value) -> System.out.println(name + " " + value));
    }
}
