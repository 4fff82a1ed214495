package io.sentinelmesh.db.event;

import java.util.Optional;
import java.util.stream.Stream;

/** What can happen. */
public enum EventType {

    /** An agent came that was never seen, or had left. */
    JOIN("join", Severity.INFO),
    /** It said goodbye. */
    LEAVE("leave", Severity.INFO),
    /** It fell silent without a goodbye. */
    LOST("lost", Severity.WARNING),
    /** One that was lost is heard again. */
    BACK("back", Severity.INFO),
    /** An agent put settings in force. */
    CONFIG_APPLIED("config-applied", Severity.INFO),
    /** An agent does not take settings. */
    CONFIG_REFUSED("config-refused", Severity.WARNING),
    /** An agent says that its own state makes its results doubtful. */
    IMPAIRMENT_BEGINS("impairment-begins", Severity.WARNING), IMPAIRMENT_ENDS("impairment-ends", Severity.INFO),
    /** An agent's clock is so far off that its times are corrected. */
    CLOCK_WRONG("clock-wrong", Severity.WARNING), CLOCK_RIGHT("clock-right", Severity.INFO),
    /** Two processes use one identity. */
    DUPLICATE_IDENTITY("duplicate-identity", Severity.ERROR),
    /** The database refused a batch for its content. */
    DEAD_LETTER("dead-letter", Severity.ERROR),
    /** Packets of a pair take another way. */
    PATH_CHANGE("path-change", Severity.INFO),
    /** Of a version later than this one. */
    OTHER("other", Severity.INFO);

    private final String label;
    private final Severity severity;

    EventType(String label, Severity severity) {
        this.label = label;
        this.severity = severity;
    }

    /** Stable: in the API and the database. */
    public String label() {
        return label;
    }

    public Severity severity() {
        return severity;
    }

    public static Optional<EventType> ofLabel(String label) {
        return Stream.of(values()).filter(type -> type.label.equals(label)).findFirst();
    }
}
