package io.sentinelmesh.aggregator;

import io.sentinelmesh.aggregator.access.Token;
import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.ingestkey.IngestSecrets;

/** What this aggregator knows others by: people by the token, agents by the mesh's authority, third parties by secrets of their keys. */
record Credentials(Token token, MeshTrust trust, IngestSecrets secrets) {

    /** Whose third parties' keys end with the process. */
    Credentials(Token token, MeshTrust trust) {
        this(token, trust, IngestSecrets.random());
    }
}
