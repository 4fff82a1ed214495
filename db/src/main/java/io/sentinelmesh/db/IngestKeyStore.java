package io.sentinelmesh.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The keys of third parties. Every method blocks and may be called from any thread that may block. */
public interface IngestKeyStore {

    /** @throws StoreException if there is one with its id, or the database refused */
    void add(StoredIngestKey key);

    Optional<StoredIngestKey> find(String id);

    /** The newest first. */
    List<StoredIngestKey> list();

    /**
     * Begins the next generation.
     *
     * @param previousUntil until when the secret in force so far is good as well
     * @return what it is now; empty if there is none with this id, or it is revoked
     */
    Optional<StoredIngestKey> rotate(String id, Instant previousUntil);

    /** @return false if there is none with this id; one that was revoked before keeps its time */
    boolean revoke(String id, Instant at);
}
