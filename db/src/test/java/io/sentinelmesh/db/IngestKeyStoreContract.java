package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What every store of third parties' keys does. */
public abstract class IngestKeyStoreContract {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final StoredIngestKey key = new StoredIngestKey(UUID.randomUUID().toString(), NodeId.random(), "cloud",
            "elsewhere", 1, Optional.empty(), NOW, NOW.plus(Duration.ofDays(90)), Optional.empty());

    protected abstract IngestKeyStore keys();

    @Test
    void a_key_is_read_back_as_it_was_stored_and_its_id_is_taken_then() {
        keys().add(key);

        assertThat(keys().find(key.id())).contains(key);
        assertThat(keys().list()).contains(key);
        assertThat(keys().find("none")).isEmpty();
        assertThatThrownBy(() -> keys().add(key)).isInstanceOf(StoreException.class);
    }

    @Test
    void after_a_rotation_two_generations_are_in_force_until_the_overlap_ends() {
        keys().add(key);

        StoredIngestKey next = keys().rotate(key.id(), NOW.plusSeconds(60)).orElseThrow();

        assertThat(keys().find(key.id())).contains(next);
        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.inForce(1, NOW.plusSeconds(59))).isTrue();
        assertThat(next.inForce(1, NOW.plusSeconds(60))).isFalse();
        assertThat(next.inForce(2, NOW.plusSeconds(60))).isTrue();
        assertThat(next.inForce(3, NOW)).isFalse();
        StoredIngestKey third = keys().rotate(key.id(), NOW.plusSeconds(90)).orElseThrow();
        assertThat(third.inForce(1, NOW)).isFalse();
        assertThat(keys().rotate("none", NOW)).isEmpty();
    }

    @Test
    void a_revoked_key_keeps_the_time_of_its_end_and_is_not_rotated() {
        keys().add(key);

        assertThat(keys().revoke(key.id(), NOW)).isTrue();
        assertThat(keys().revoke(key.id(), NOW.plusSeconds(5))).isTrue();

        assertThat(keys().find(key.id()).orElseThrow().revokedAt()).contains(NOW);
        assertThat(keys().rotate(key.id(), NOW)).isEmpty();
        assertThat(keys().revoke("none", NOW)).isFalse();
    }
}
