package io.sentinelmesh.agent.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.wire.Frame;

/** The last document that was taken, on disk: an agent that starts while the aggregator is away begins with it. */
public final class SettingsFile {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsFile.class);

    static final String NAME = "settings.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataFolder folder;

    public SettingsFile(DataFolder folder) {
        this.folder = folder;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Kept(@JsonProperty("version") long version, @JsonProperty("document") String document) {
    }

    /** Empty if there is none or it cannot be read; the log says so. */
    Optional<Frame.Settings> read() {
        Path file = folder.path(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Kept kept = JSON.readValue(file.toFile(), Kept.class);
            return Optional.of(new Frame.Settings(kept.version(), kept.document()));
        } catch (IOException | IllegalArgumentException | NullPointerException e) {
            LOG.warn("{} cannot be read ({}): starting with the standard settings", file, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * All or nothing, a crash in between leaves the old one.
     *
     * @throws java.io.UncheckedIOException if the disk is full, say
     */
    void write(Frame.Settings settings) {
        try {
            folder.write(NAME, JSON.writeValueAsString(new Kept(settings.version(), settings.document())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a number and a text are always writable", e);
        }
    }
}
