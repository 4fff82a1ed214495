package io.sentinelmesh.aggregator.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TrustException;

/** The aggregator's own id, made at the first start. */
final class OwnId {

    private OwnId() {
    }

    static NodeId in(Path file) {
        try {
            if (Files.notExists(file)) {
                // Whole or not at all: a kill in between must not leave half an id.
                Path unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".aggregator-id", "");
                Files.writeString(unfinished, NodeId.random() + "\n");
                Files.move(unfinished, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            }
            return NodeId.parse(Files.readString(file).strip());
        } catch (IllegalArgumentException notAnId) {
            throw new TrustException(file + " holds no id: delete it so that a new one is made", notAnId);
        } catch (IOException unusable) {
            throw new TrustException("cannot read or make " + file + " (" + unusable
                    + "): give this user the right to, or name another folder with --data-dir", unusable);
        }
    }
}
