package io.sentinelmesh.db.memory;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

import io.sentinelmesh.db.SettingsStore;
import io.sentinelmesh.db.StoredSettings;

/** Guarded by itself. */
final class InMemorySettingsStore implements SettingsStore {

    private final TreeMap<Long, StoredSettings> versions = new TreeMap<>();

    @Override
    public synchronized Optional<StoredSettings> newest() {
        return Optional.ofNullable(versions.lastEntry()).map(java.util.Map.Entry::getValue);
    }

    @Override
    public synchronized long newestVersion() {
        return versions.isEmpty() ? 0 : versions.lastKey();
    }

    @Override
    public synchronized Optional<StoredSettings> version(long version) {
        return Optional.ofNullable(versions.get(version));
    }

    @Override
    public synchronized List<StoredSettings.Entry> history(int limit) {
        return versions.descendingMap().values().stream().map(StoredSettings::entry).limit(limit).toList();
    }

    @Override
    public synchronized OptionalLong add(long after, StoredSettings.Draft draft) {
        if (after != newestVersion()) {
            return OptionalLong.empty();
        }
        long version = after + 1;
        versions.put(version, new StoredSettings(
                new StoredSettings.Entry(version, draft.sha256(), draft.at(), draft.author()), draft.document()));
        versions.headMap(version - KEPT, true).clear();
        return OptionalLong.of(version);
    }
}
