package io.sentinelmesh.db.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** A program that owns an embedded server until it is killed, for {@link EmbeddedPostgresIT}. */
final class ServerOwner {

    static final String READY = "server is ready";

    private ServerOwner() {
    }

    public static void main(String[] arguments) throws Exception {
        EmbeddedPostgres server = EmbeddedPostgres.start(Path.of(arguments[0]));
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }
        System.out.println(READY);
        // Ends with the test's JVM, should that die before killing this.
        System.in.read();
        server.close();
    }
}
