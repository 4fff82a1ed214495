package io.sentinelmesh.agent.enrolment;

import java.io.Serial;
import java.time.Duration;

/** The aggregator's door did not give what was asked for. The message says why and what to do, and repeats no secret. */
public final class DoorException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What would help. */
    public enum Kind {
        /** Time: nobody answers, or what answers has too much to do. */
        AWAY,
        /** A person: the aggregator says no. */
        REFUSED,
        /** A person: whoever answers is not the aggregator that is trusted. */
        UNTRUSTED,
        /** A person: a certificate is not in force at the time this host's clock shows. */
        CLOCK
    }

    private final Kind kind;
    private final String code;
    private final transient Duration waitAtLeast;

    DoorException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.code = "";
        this.waitAtLeast = Duration.ZERO;
    }

    DoorException(Kind kind, String code, String message, Duration waitAtLeast) {
        super(message);
        this.kind = kind;
        this.code = code;
        this.waitAtLeast = waitAtLeast;
    }

    public Kind kind() {
        return kind;
    }

    /** The aggregator's word for why it refuses; empty if it was not the aggregator. */
    public String code() {
        return code;
    }

    /** What the aggregator asked for; zero if it asked for nothing. */
    public Duration waitAtLeast() {
        return waitAtLeast;
    }
}
