package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

import io.sentinelmesh.db.StoreException;

/** The folder with the database's files: made once, checked at each start, with settings that are ours. */
final class DataCluster {

    static final String USER = "sentinel";
    private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(2);
    private static final String SETTINGS_FILE = "sentinel.conf";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int PORT_LINE = 3;

    /**
     * Durable, since an acknowledged batch must survive; reachable over loopback only; small, since it shares its host with the rest of the
     * mesh; never more than a week of log.
     */
    private static final String SETTINGS = """
            # Written at every start by Sentinel Mesh: change postgresql.conf below its include line instead.
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            password_encryption = 'scram-sha-256'
            max_connections = 40
            shared_buffers = '128MB'
            max_wal_size = '1GB'
            checkpoint_timeout = '15min'
            wal_compression = on
            jit = off
            max_parallel_workers_per_gather = 0
            timezone = 'UTC'
            log_timezone = 'UTC'
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = '1d'
            log_rotation_size = 0
            """;

    private final Path folder;
    private final ServerAccount account;

    DataCluster(Path folder, ServerAccount account) {
        this.folder = folder;
        this.account = account;
    }

    Path folder() {
        return folder;
    }

    /** Where the server prints until its own log is open. */
    Path startupLog() {
        return folder.resolve("startup.log");
    }

    void prepare(ServerPrograms programs, Password password) throws IOException {
        if (!Files.exists(folder)) {
            create(programs, password);
        }
        requireVersion(programs);
        Files.writeString(folder.resolve(SETTINGS_FILE), SETTINGS);
        Files.deleteIfExists(startupLog());
        account.own(folder);
        account.own(folder.resolve(SETTINGS_FILE));
    }

    /** In a folder beside, renamed at the end: a creation cut short leaves nothing that looks finished. */
    private void create(ServerPrograms programs, Password password) throws IOException {
        Path staging = folder.resolveSibling(folder.getFileName() + ".creating");
        Path passwordForInitdb = folder.resolveSibling("initdb.password");
        Folders.delete(staging);
        Files.createDirectory(staging);
        account.own(staging);
        try {
            password.writeTo(passwordForInitdb);
            account.own(passwordForInitdb);
            Command.Result result = Command.run(
                    account.command(programs.program("initdb"), "--pgdata=" + staging, "--username=" + USER,
                            "--pwfile=" + passwordForInitdb, "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale",
                            "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    folder.resolveSibling("command.out"), INITDB_TIMEOUT);
            if (!result.succeeded()) {
                throw new StoreException("PostgreSQL could not create its data in " + folder + ": " + result.output());
            }
        } finally {
            Files.deleteIfExists(passwordForInitdb);
        }
        Path settings = staging.resolve("postgresql.conf");
        Files.writeString(settings, Files.readString(settings) + "\ninclude '" + SETTINGS_FILE + "'\n");
        // Nothing but a password gets in, and only over loopback: initdb's own rules would also let replication in.
        Files.writeString(staging.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        ServerPrograms.move(staging, folder);
    }

    private void requireVersion(ServerPrograms programs) throws IOException {
        String found = Files.readString(folder.resolve("PG_VERSION")).strip();
        if (!found.equals(programs.majorVersion())) {
            throw new StoreException("the data in " + folder + " was written by PostgreSQL " + found
                    + ", but this build brings PostgreSQL " + programs.majorVersion()
                    + ", which cannot read it. Use the release of Sentinel Mesh that wrote it, or move that folder away"
                    + " to start empty");
        }
    }

    /**
     * The running server that has these files open, if there is one. A pid file alone proves nothing: after a crash or a reboot its number
     * may be another program's, so the process must also have this folder as its working directory, which a postmaster does.
     */
    Optional<ProcessHandle> runningServer() throws IOException {
        Path pidFile = folder.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        Optional<ProcessHandle> process = namedIn(pidFile);
        if (process.isPresent() && process.get().isAlive() && worksHere(process.get())) {
            return process;
        }
        // PostgreSQL would take any living process of that number for a server and refuse to start.
        Files.delete(pidFile);
        return Optional.empty();
    }

    /**
     * Ends what a postmaster that is gone has left behind, by force after a while: as long as one of its processes lives, no server starts on these
     * files (it finds their shared memory in use).
     */
    void endOrphans(Duration patience) {
        long asked = System.nanoTime();
        List<ProcessHandle> orphans = orphans();
        while (!orphans.isEmpty() && !Thread.currentThread().isInterrupted()
                && System.nanoTime() - asked < patience.toNanos() * 2) {
            if (System.nanoTime() - asked > patience.toNanos()) {
                orphans.forEach(ProcessHandle::destroyForcibly);
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            orphans = orphans();
        }
    }

    private List<ProcessHandle> orphans() {
        return ProcessHandle.allProcesses().filter(process -> {
            try {
                // Whoever else stands in this folder is a person looking at it.
                return isPostgres(process) && worksHere(process);
            } catch (IOException unknown) {
                // Then the server itself finds out, and refuses to start.
                return false;
            }
        }).toList();
    }

    /** Also when its program was replaced meanwhile: then "(deleted)" stands after it. */
    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
    }

    /**
     * Of a server that runs on these files, whoever started it. Leaves all as it is.
     *
     * @see <a href="https://www.postgresql.org/docs/current/storage-file-layout.html">PostgreSQL, postmaster.pid: the fourth line</a>
     */
    static OptionalInt portOfRunning(Path folder) throws IOException {
        Path pidFile = folder.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return OptionalInt.empty();
        }
        Optional<ProcessHandle> process = namedIn(pidFile);
        if (process.isEmpty() || !process.get().isAlive() || !worksIn(folder, process.get())) {
            return OptionalInt.empty();
        }
        List<String> lines = Files.readAllLines(pidFile, StandardCharsets.ISO_8859_1);
        try {
            return lines.size() > PORT_LINE
                    ? OptionalInt.of(Integer.parseInt(lines.get(PORT_LINE).strip()))
                    : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** Empty too if the first line is no number: a crash of the host may leave anything in a file written just before. */
    private static Optional<ProcessHandle> namedIn(Path pidFile) throws IOException {
        // Whatever the bytes, they are text in this encoding.
        List<String> lines = Files.readAllLines(pidFile, StandardCharsets.ISO_8859_1);
        try {
            return lines.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean worksHere(ProcessHandle process) throws IOException {
        return worksIn(folder, process);
    }

    private static boolean worksIn(Path folder, ProcessHandle process) throws IOException {
        Path entry = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(entry.resolve("cwd")).equals(folder.toRealPath());
        } catch (AccessDeniedException e) {
            if (isOwnedAsTheData(folder, entry)) {
                // Root without the right to look into the server's user: better no start than a second server on the same files.
                throw e;
            }
            return false;
        } catch (NoSuchFileException e) {
            // Ended in this moment.
            return false;
        }
    }

    /** The server runs as the owner of its files, or it would refuse to start. */
    private static boolean isOwnedAsTheData(Path folder, Path processEntry) throws IOException {
        try {
            return Folders.ownerId(processEntry) == Folders.ownerId(folder);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
