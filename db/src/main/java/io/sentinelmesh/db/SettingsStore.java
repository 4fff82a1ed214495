package io.sentinelmesh.db;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings documents of the mesh, version after version. Every method blocks and may be called from any thread that may block. */
public interface SettingsStore {

    /** Older versions than the newest so many are forgotten. */
    int KEPT = 1_000;

    /** The one in force; empty if there never was one. */
    Optional<StoredSettings> newest();

    /** The number of the one in force, 0 if there never was one. Cheap enough to ask every few seconds. */
    long newestVersion();

    Optional<StoredSettings> version(long version);

    /** Without their documents, newest first. */
    List<StoredSettings.Entry> history(int limit);

    /**
     * Puts a document in force.
     *
     * @param after the version it was written after: 0 for the first
     * @return its version; empty if another one came in between, and nothing was stored
     */
    OptionalLong add(long after, StoredSettings.Draft draft);
}
