package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.file.Path;

import io.sentinelmesh.db.StoreException;

/**
 * A shell that waits at the end of a pipe whose other end only this process holds. When this process dies, even by SIGKILL, the pipe
 * closes and the shell tells the server to shut down: nothing stays behind that nobody would stop.
 */
final class ServerGuard implements AutoCloseable {

    /**
     * Ignores the terminal's Ctrl-C, which is for this process to handle. Signals what the pid file names by then, so also a server that was
     * started again or is being started, and only if it works in the data's folder, so never a stranger who was given the server's number. SIGINT
     * is the server's "fast" shutdown.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            cat >/dev/null
            pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/cwd")" = "$1" ] && kill -INT "$pid"
            """;

    private final Process shell;

    private ServerGuard(Process shell) {
        this.shell = shell;
    }

    /** @param data the folder with the server's files, which exists; whether the server runs already does not matter */
    static ServerGuard over(Path data) {
        try {
            return new ServerGuard(new ProcessBuilder("/bin/sh", "-c", SCRIPT, "postgres-guard",
                    data.toRealPath().toString()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start());
        } catch (IOException e) {
            throw new StoreException("cannot run /bin/sh to watch over the embedded PostgreSQL: " + e.getMessage(), e);
        }
    }

    /** Only after the server has stopped: the shell would stop it. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
        } catch (IOException e) {
            // The shell is gone already, and with it the need to end it.
            shell.destroy();
        }
    }
}
