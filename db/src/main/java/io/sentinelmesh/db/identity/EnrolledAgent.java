package io.sentinelmesh.db.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * @param certified until when its newest certificate is in force; empty if it has none any more
 * @param certifiedFrom when that one began
 */
public record EnrolledAgent(StoredIdentity identity, Optional<Instant> certifiedFrom, Optional<Instant> certified) {
}
