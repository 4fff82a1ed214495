package io.sentinelmesh.aggregator;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.db.IngestKeyStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoredIngestKey;

/** Keys in memory, as the real store keeps them. Guarded by itself. */
final class FakeIngestKeys implements IngestKeyStore {

    private final Map<String, StoredIngestKey> keys = new HashMap<>();

    @Override
    public synchronized void add(StoredIngestKey key) {
        if (keys.putIfAbsent(key.id(), key) != null) {
            throw new StoreException("there is a key " + key.id());
        }
    }

    @Override
    public synchronized Optional<StoredIngestKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public synchronized List<StoredIngestKey> list() {
        return keys.values().stream().sorted(Comparator.comparing(StoredIngestKey::createdAt).reversed()
                .thenComparing(StoredIngestKey::id)).toList();
    }

    @Override
    public synchronized Optional<StoredIngestKey> rotate(String id, Instant previousUntil) {
        return find(id).filter(key -> key.revokedAt().isEmpty()).map(key -> {
            StoredIngestKey next = new StoredIngestKey(id, key.agent(), key.name(), key.site(), key.generation() + 1,
                    Optional.of(previousUntil), key.createdAt(), key.expiresAt(), key.revokedAt());
            keys.put(id, next);
            return next;
        });
    }

    @Override
    public synchronized boolean revoke(String id, Instant at) {
        return find(id).map(key -> keys.put(id, new StoredIngestKey(id, key.agent(), key.name(), key.site(),
                key.generation(), key.previousUntil(), key.createdAt(), key.expiresAt(),
                Optional.of(key.revokedAt().orElse(at))))).isPresent();
    }
}
