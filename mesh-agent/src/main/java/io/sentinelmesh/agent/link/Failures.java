package io.sentinelmesh.agent.link;

import java.util.Objects;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.UpgradeRejectedException;

/** What a failed attempt says of the way. */
final class Failures {

    private static final int MOST_CAUSES = 10;

    private Failures() {
    }

    /** The innermost: "handshake failed" says less than why it did. */
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; innermost.getCause() != null && depth < MOST_CAUSES; depth++) {
            innermost = innermost.getCause();
        }
        if (innermost instanceof IllegalArgumentException) {
            // Netty puts a header's value into its message.
            return "the token in the token file is not one line of printable characters";
        }
        String words = Objects.requireNonNullElse(innermost.getMessage(), innermost.getClass().getSimpleName());
        return words.contains("fatal alert") && words.contains("certificate")
                ? "it refuses this agent's certificate, which may be revoked or of another mesh: " + words
                : words;
    }

    /** What the attempt to open a WebSocket teaches about WebSockets on this way. */
    static Lesson lesson(Throwable failure) {
        return switch (failure) {
            case UpgradeRejectedException rejected -> new Lesson.Rejected(rejected.getStatus());
            // TCP, and TLS if there is any, stood: the request was answered by the end of the connection.
            case HttpClosedException _ -> new Lesson.Killed();
            default -> new Lesson.None();
        };
    }

    sealed interface Lesson {
        record Rejected(int status) implements Lesson {
        }

        record Killed() implements Lesson {
        }

        /** The aggregator was not reached at all. */
        record None() implements Lesson {
        }
    }
}
