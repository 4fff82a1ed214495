package io.sentinelmesh.db.event;

import java.util.Locale;

/** How much an event asks for somebody's attention. */
public enum Severity {

    INFO, WARNING, ERROR;

    /** As in the API and the database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
