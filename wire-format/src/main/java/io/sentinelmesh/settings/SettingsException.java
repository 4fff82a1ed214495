package io.sentinelmesh.settings;

import java.io.Serial;
import java.util.List;

/** The document cannot be used; nothing of it may be. The message is the first fault, on one line, with the number of the others. */
public final class SettingsException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /** @param faults at least one, in the order of the document */
    SettingsException(List<Fault> faults) {
        super(faults.getFirst() + switch (faults.size()) {
            case 1 -> "";
            case 2 -> " (and one more fault)";
            default -> " (and " + (faults.size() - 1) + " more faults)";
        });
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
