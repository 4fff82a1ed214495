package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.db.StoreException;

/** Runs one of the server's programs to its end. */
final class Command {

    private static final int MAX_OUTPUT_CHARS = 2_000;

    private Command() {
    }

    /** @param output the end of what it printed */
    record Result(int exitCode, String output) {

        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * @param outputFile overwritten; a file and not a pipe, because a server that the program leaves behind would keep a pipe open
     */
    static Result run(List<String> command, Path outputFile, Duration timeout) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(outputFile.toFile());
        // PGPORT, PGOPTIONS and the like are the caller's, for other servers.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            try {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new StoreException(command.getFirst() + " did not end within " + timeout.toSeconds()
                            + " s: " + String.join(" ", command));
                }
            } catch (InterruptedException e) {
                // A server that it has just started has no pid file yet by which it could be found.
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new StoreException("interrupted while waiting for " + command.getFirst(), e);
            }
            return new Result(process.exitValue(), tail(outputFile));
        } catch (IOException e) {
            throw new StoreException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    static String tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        return text.length() <= MAX_OUTPUT_CHARS ? text : text.substring(text.length() - MAX_OUTPUT_CHARS);
    }
}
