package io.sentinelmesh.agent.settings;

import java.util.List;
import java.util.Optional;

/**
 * What is in force, as a value for people.
 *
 * @param version of the mesh's document; 0: none, the standard values
 * @param differing what is not at its standard value: {@code rounds.packets=20}
 * @param pinned keys that this agent's own file decides
 * @param refused the newest document that was not taken, with the reason; empty if the newest was taken
 */
public record SettingsStatus(long version, String differing, List<String> pinned, Optional<Refused> refused) {

    public record Refused(long version, String reason) {
    }

    public SettingsStatus {
        pinned = List.copyOf(pinned);
    }
}
