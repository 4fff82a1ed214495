package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.sentinelmesh.settings.Fault;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;

/** Settings that this agent decides itself. */
final class PinsFile {

    private PinsFile() {
    }

    /** @param place where the file was named, for messages */
    static SettingsDocument read(String place, Path file) {
        try {
            if (Files.size(file) > SettingsDocument.MAX_BYTES) {
                throw new ConfigException(
                        place + ": " + file + " is longer than " + SettingsDocument.MAX_BYTES + " bytes: no settings");
            }
            return SettingsDocument.parsePins(Files.readString(file));
        } catch (SettingsException e) {
            Fault first = e.faults().getFirst();
            throw new ConfigException(file + ":" + first.place().line() + ":" + first.place().column() + ": "
                    + first.message(), e);
        } catch (IOException e) {
            throw new ConfigException(place + ": cannot read " + file + " (" + e.getMessage() + "): check the name and"
                    + " the rights, it must be UTF-8", e);
        }
    }
}
