package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.Needs;

/** A real TimescaleDB, Apache edition, for tests: from SENTINEL_TIMESCALEDB_HOME or fetched by scripts/lib/timescaledb.sh. */
final class TimescaleServer implements AutoCloseable {

    private static final Duration FETCH_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(1);

    private final ServerAccount account;
    private final Path programs;
    private final Path folder;
    private final int port;

    private TimescaleServer(ServerAccount account, Path programs, Path folder, int port) {
        this.account = account;
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    static TimescaleServer start(Path folder) throws IOException {
        Path programs = home(folder).resolve("bin");
        ServerAccount account = ServerAccount.choose(folder);
        account.admitTo(folder);
        Path data = Files.createDirectory(folder.resolve("data"));
        account.own(data);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            TimescaleServer server = new TimescaleServer(account, programs, folder, free.getLocalPort());
            server.run("initdb", "-D", data.toString(), "-U", "sentinel", "-A", "trust", "-E", "UTF8", "--no-locale",
                    "--no-sync");
            Files.writeString(data.resolve("postgresql.conf"), """
                    shared_preload_libraries = 'timescaledb'
                    timescaledb.telemetry_level = off
                    listen_addresses = '127.0.0.1'
                    unix_socket_directories = ''
                    port = %d
                    fsync = off
                    """.formatted(server.port));
            free.close();
            server.run("pg_ctl", "start", "-w", "-D", data.toString(), "-l", data.resolve("log").toString());
            return server;
        }
    }

    DatabaseAddress address() {
        return DatabaseAddress.parse("postgresql://sentinel@127.0.0.1:" + port + "/postgres");
    }

    @Override
    public void close() {
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", folder.resolve("data").toString());
    }

    private void run(String program, String... arguments) {
        Command.Result result = Command.run(account.command(programs.resolve(program), arguments),
                folder.resolve("command.out"), COMMAND_TIMEOUT);
        if (!result.succeeded()) {
            throw new IllegalStateException(program + ": " + result.output());
        }
    }

    private static Path home(Path folder) {
        Optional<String> given = Optional.ofNullable(System.getenv("SENTINEL_TIMESCALEDB_HOME"));
        if (given.isPresent()) {
            return Path.of(given.get());
        }
        Path script = Path.of(System.getProperty("sentinel.root")).resolve("scripts/lib/timescaledb.sh");
        Command.Result result = Command.run(List.of("/bin/bash", script.toAbsolutePath().normalize().toString()),
                folder.resolve("fetch.out"), FETCH_TIMEOUT);
        if (!result.succeeded()) {
            Needs.missing("no TimescaleDB to test with: " + result.output());
        }
        return Path.of(result.output().lines().toList().getLast());
    }
}
