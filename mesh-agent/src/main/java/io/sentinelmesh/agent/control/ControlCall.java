package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import io.sentinelmesh.agent.identity.DataFolder;

/** The asker's end: sends one line to the agent that runs with a data folder, and prints what it answers. */
public final class ControlCall {

    /** It does not run, or does not answer. */
    public static final int NO_AGENT = 3;
    static final int NOT_PERMITTED = 1;

    private static final Duration ASK_WITHIN = Duration.ofSeconds(5);
    /** A running agent says something every second. */
    private static final Duration NEXT_WITHIN = Duration.ofSeconds(15);
    /** A thousand times what a large mesh's status takes. */
    private static final int MOST_LINE_BYTES = 16 << 20;

    private final Path dataDir;
    private final PrintStream out;
    private final PrintStream err;

    public ControlCall(Path dataDir, PrintStream out, PrintStream err) {
        this.dataDir = dataDir;
        this.out = out;
        this.err = err;
    }

    /** @return the exit code */
    public int ask(String request) {
        try {
            Path file = ControlSocket.in(dataDir);
            Optional<Integer> trouble = Files.exists(file) ? Optional.empty() : Optional.of(tellAbsent());
            return trouble.isPresent() ? trouble.get() : ask(file, request);
        } catch (IOException e) {
            err.println("sentinel agent: " + e.getMessage());
            return NO_AGENT;
        }
    }

    private int ask(Path file, String request) throws IOException {
        SocketChannel channel;
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(file));
        } catch (IOException e) {
            // Without its process a socket refuses; that of another user is not ours to open.
            return tellAbsent();
        }
        try (channel; Talk talk = new Talk(channel)) {
            talk.writeLine(request, ASK_WITHIN);
            return print(talk);
        }
    }

    private int print(Talk talk) throws IOException {
        while (true) {
            Optional<String> line = talk.readLine(MOST_LINE_BYTES, NEXT_WITHIN);
            if (line.isEmpty()) {
                err.println("sentinel agent: the agent that runs with " + dataDir + " ended");
                return NO_AGENT;
            }
            String text = line.get().isEmpty() ? "" : line.get().substring(1);
            switch (line.get().isEmpty() ? ControlSocket.ALIVE : line.get().charAt(0)) {
                case ControlSocket.OUT -> {
                    out.println(text);
                    out.flush();
                }
                case ControlSocket.ERR -> err.println("sentinel agent: " + text);
                case ControlSocket.END -> {
                    return code(text);
                }
                default -> {
                    // A sign of life.
                }
            }
        }
    }

    private static int code(String text) throws IOException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("the agent's answer is not understood: is it of another version?", e);
        }
    }

    private int tellAbsent() {
        return switch (DataFolder.holder(dataDir)) {
            case NOBODY -> {
                err.println(
                        "sentinel agent: no agent runs with " + dataDir + ": start it with `sentinel agent --data-dir "
                                + dataDir + "`");
                yield NO_AGENT;
            }
            case ANOTHER -> {
                err.println("sentinel agent: the agent that runs with " + dataDir
                        + " takes no questions, or not yet: its log says why");
                yield NO_AGENT;
            }
            case NOT_OURS -> {
                err.println("sentinel agent: " + dataDir + " is another user's: run this as the agent's user");
                yield NOT_PERMITTED;
            }
        };
    }
}
