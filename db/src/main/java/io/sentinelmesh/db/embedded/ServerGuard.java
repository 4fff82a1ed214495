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
     * Ignores the terminal's Ctrl-C, which is for this process to handle. Signals only what the pid file still names, so never a stranger
     * who was given the server's number. SIGINT is the server's "fast" shutdown.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            cat >/dev/null
            [ "$(head -n 1 "$1" 2>/dev/null)" = "$2" ] && kill -INT "$2"
            """;

    private final Process shell;

    private ServerGuard(Process shell) {
        this.shell = shell;
    }

    static ServerGuard over(ProcessHandle server, Path pidFile) {
        try {
            return new ServerGuard(new ProcessBuilder("/bin/sh", "-c", SCRIPT, "postgres-guard", pidFile.toString(),
                    Long.toString(server.pid())).redirectOutput(ProcessBuilder.Redirect.DISCARD)
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
