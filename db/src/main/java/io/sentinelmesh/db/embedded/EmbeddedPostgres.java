package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.StoreException;

/**
 * A running PostgreSQL server of our own. Ends with {@link #close}, and also, through its {@link ServerGuard}, when this process dies
 * without closing it; if it ends by itself, its {@link ServerRevival} starts it again, under the same address. A server that is left over all the same is stopped by the next start, never silently adopted.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    /** Recovery after a crash replays at most max_wal_size. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration FAST_STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE_STOP_TIMEOUT = Duration.ofSeconds(10);
    /** What a postmaster that was killed leaves behind ends when it next looks up from its work. */
    private static final Duration ORPHANS_TIMEOUT = Duration.ofSeconds(2);
    /** Beyond pg_ctl's own waiting. */
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** Another program may take the free port between our looking and the server's binding. */
    private static final int START_ATTEMPTS = 3;
    private static final String DATA = "pgdata";
    private static final String PASSWORD = "password";

    private final ServerPrograms programs;
    private final ServerAccount account;
    private final DataCluster cluster;
    private final Password password;
    private final Duration startTimeout;
    private int port;
    private Optional<ServerGuard> guard = Optional.empty();
    /** Whether the server that runs was asked for its settings; guarded by this. */
    private boolean examined;
    private Optional<ServerRevival> revival = Optional.empty();
    private Optional<DataFolderLock> lock;

    private EmbeddedPostgres(ServerPrograms programs, ServerAccount account, DataCluster cluster, Password password,
            Duration startTimeout, DataFolderLock lock) {
        this.programs = programs;
        this.account = account;
        this.cluster = cluster;
        this.password = password;
        this.startTimeout = startTimeout;
        this.lock = Optional.of(lock);
    }

    /**
     * @param dataFolder made if it is not there; holds the programs, the data and the password
     * @throws StoreException with what to do about it: folder in use, other version's data, no right to run
     */
    public static EmbeddedPostgres start(Path dataFolder) {
        return start(dataFolder, ServerAccount::choose);
    }

    /** Who the server runs as, given the data folder. */
    interface AccountChoice {
        ServerAccount choose(Path dataFolder) throws IOException;
    }

    static EmbeddedPostgres start(Path dataFolder, AccountChoice choice) {
        return start(dataFolder, choice, START_TIMEOUT);
    }

    /** @param startTimeout for the server to be ready, each time it is started */
    static EmbeddedPostgres start(Path dataFolder, AccountChoice choice, Duration startTimeout) {
        long began = System.nanoTime();
        Path folder = dataFolder.toAbsolutePath().normalize();
        try {
            Folders.createPrivate(folder);
            DataFolderLock lock = DataFolderLock.take(folder);
            try {
                EmbeddedPostgres server = prepare(folder, choice.choose(folder), startTimeout, lock);
                try {
                    server.startAnywhere();
                } catch (IOException | RuntimeException e) {
                    server.guard.ifPresent(ServerGuard::close);
                    throw e;
                }
                LOG.info("Embedded PostgreSQL {} runs on 127.0.0.1:{}, data in {} ({} ms)", server.programs.version(),
                        server.port, server.cluster.folder(), (System.nanoTime() - began) / 1_000_000);
                server.revival = Optional.of(ServerRevival.of(server.new Again()));
                return server;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException("cannot use the data folder " + folder + ": " + e, e);
        }
    }

    private static EmbeddedPostgres prepare(Path folder, ServerAccount account, Duration startTimeout,
            DataFolderLock lock) throws IOException {
        ServerPrograms programs = ServerPrograms.unpackInto(folder);
        account.admitTo(folder);
        DataCluster cluster = new DataCluster(folder.resolve(DATA), account);
        Password password = Password.readOrCreate(folder.resolve(PASSWORD), Files.exists(cluster.folder()));
        EmbeddedPostgres server = new EmbeddedPostgres(programs, account, cluster, password, startTimeout, lock);
        Optional<ProcessHandle> orphan = cluster.runningServer();
        if (orphan.isPresent()) {
            LOG.warn("Stopping the embedded PostgreSQL (pid {}) that a process killed earlier left running",
                    orphan.get().pid());
            server.stopServer();
        }
        cluster.prepare(programs, password);
        return server;
    }

    /**
     * Only if there is data: an empty store is never made by looking for one.
     *
     * @throws StoreException if there is none, besides the reasons of {@link #start(Path)}
     */
    public static EmbeddedPostgres startExisting(Path dataFolder) {
        if (Files.notExists(dataFolder.resolve(DATA))) {
            throw new StoreException("there is no database in " + dataFolder);
        }
        return start(dataFolder);
    }

    /** The server that another process runs on this data; empty if none does. */
    public static Optional<DatabaseAddress> running(Path dataFolder) {
        Path folder = dataFolder.toAbsolutePath().normalize();
        try {
            OptionalInt port = DataCluster.portOfRunning(folder.resolve(DATA));
            if (port.isEmpty()) {
                return Optional.empty();
            }
            Password password = Password.readOrCreate(folder.resolve(PASSWORD), true);
            return Optional.of(address(port.getAsInt(), password));
        } catch (IOException e) {
            throw new StoreException("cannot look at the database in " + folder + ": " + e, e);
        }
    }

    private static DatabaseAddress address(int port, Password password) {
        return DatabaseAddress.parse("jdbc:postgresql://127.0.0.1:" + port + "/postgres").withUser(DataCluster.USER)
                .withPassword(password.text());
    }

    /** Where it is, and as whom one is let in. */
    public DatabaseAddress address() {
        return address(port, password);
    }

    public String jdbcUrl() {
        return address().jdbcUrl();
    }

    public String user() {
        return DataCluster.USER;
    }

    public String password() {
        return password.text();
    }

    /** The server's process; empty if it does not run. */
    public Optional<ProcessHandle> process() {
        try {
            return cluster.runningServer();
        } catch (IOException e) {
            throw new StoreException("cannot look at the server's pid file: " + e.getMessage(), e);
        }
    }

    private void startAnywhere() throws IOException {
        for (int attempt = 1;; attempt++) {
            port = freePort();
            try {
                startServer();
                return;
            } catch (DoesNotStart e) {
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Starts it where it was: the store's connections know no other address. */
    private final class Again implements ServerRevival.Server {

        @Override
        public boolean runs() throws IOException {
            return cluster.runningServer().isPresent();
        }

        @Override
        public void start() throws IOException {
            synchronized (EmbeddedPostgres.this) {
                if (lock.isEmpty() || runs()) {
                    return;
                }
                cluster.endOrphans(ORPHANS_TIMEOUT);
                startServer();
            }
        }

        @Override
        public void settle() throws IOException {
            synchronized (EmbeddedPostgres.this) {
                if (examined || lock.isEmpty() || !runs()) {
                    return;
                }
                examine();
            }
        }
    }

    private synchronized void startServer() throws IOException {
        examined = false;
        if (guard.isEmpty()) {
            guard = Optional.of(ServerGuard.over(cluster.folder()));
        }
        Command.Result result = Command.run(
                account.command(programs.program("pg_ctl"), "start", "--wait",
                        "--timeout=" + startTimeout.toSeconds(), "--pgdata=" + cluster.folder(),
                        "--log=" + cluster.startupLog(), "--options=-p " + port),
                outputFile(), startTimeout.plus(GRACE));
        if (!result.succeeded()) {
            throw new DoesNotStart("the embedded PostgreSQL does not start; its log is in " + cluster.folder()
                    + "/log: " + result.output() + "\n" + Command.tail(cluster.startupLog()));
        }
        try {
            requireDurable();
            examined = true;
        } catch (RuntimeException e) {
            stopServer();
            throw e;
        }
    }

    /** Of a server that was not ready when it was started; once it is. */
    private void examine() {
        try {
            requireDurable();
            examined = true;
        } catch (Refused notYet) {
            LOG.debug("The embedded PostgreSQL is not ready yet: {}", notYet.getMessage());
        } catch (StoreException unfit) {
            stopServer();
            throw unfit;
        }
    }

    private static final class DoesNotStart extends StoreException {

        private static final long serialVersionUID = 1;

        private DoesNotStart(String message) {
            super(message);
        }
    }

    private static final class Refused extends StoreException {

        private static final long serialVersionUID = 1;

        private Refused(SQLException cause) {
            super("the embedded PostgreSQL started but refuses us: " + cause.getMessage(), cause);
        }
    }

    /** What the settings file says could be overruled by a later line or ALTER SYSTEM: ask the server itself. */
    private void requireDurable() {
        Map<String, String> required = Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on",
                "listen_addresses", "127.0.0.1", "password_encryption", "scram-sha-256");
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), user(), password());
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> setting : required.entrySet()) {
                try (ResultSet found = statement.executeQuery("SHOW " + setting.getKey())) {
                    found.next();
                    if (!setting.getValue().equals(found.getString(1))) {
                        throw new StoreException("the embedded PostgreSQL runs with " + setting.getKey() + " = "
                                + found.getString(1) + ", but must with " + setting.getValue()
                                + ": remove that setting from " + cluster.folder() + "/postgresql*.conf");
                    }
                }
            }
        } catch (SQLException e) {
            throw new Refused(e);
        }
    }

    /** Stops the server, at the latest after 40 s, also one that is just being started again, and gives the data folder free. May be called twice. */
    @Override
    public void close() {
        // First, since who starts it again holds this object meanwhile.
        revival.ifPresent(ServerRevival::close);
        stop();
    }

    private synchronized void stop() {
        if (lock.isEmpty()) {
            return;
        }
        try {
            stopServer();
        } finally {
            guard.ifPresent(ServerGuard::close);
            lock.get().close();
            lock = Optional.empty();
        }
    }

    private void stopServer() {
        if (process().isEmpty()) {
            return;
        }
        // Fast breaks off running transactions and writes a checkpoint; immediate leaves recovery to the next start. Nothing is lost either way.
        if (!stop("fast", FAST_STOP_TIMEOUT) && process().isPresent() && !stop("immediate", IMMEDIATE_STOP_TIMEOUT)
                && process().isPresent()) {
            throw new StoreException("the embedded PostgreSQL in " + cluster.folder() + " does not stop (pid "
                    + process().map(ProcessHandle::pid).orElse(-1L) + "): end that process by hand");
        }
    }

    private boolean stop(String mode, Duration timeout) {
        return Command.run(
                account.command(programs.program("pg_ctl"), "stop", "--wait", "--mode=" + mode,
                        "--timeout=" + timeout.toSeconds(), "--pgdata=" + cluster.folder()),
                outputFile(), timeout.plus(GRACE)).succeeded();
    }

    private Path outputFile() {
        return cluster.folder().resolveSibling("command.out");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
