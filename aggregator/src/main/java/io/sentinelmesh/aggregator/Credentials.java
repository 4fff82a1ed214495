package io.sentinelmesh.aggregator;

import io.sentinelmesh.aggregator.access.Token;
import io.sentinelmesh.aggregator.identity.MeshTrust;

/** What this aggregator knows others by: people by the token, agents by the mesh's authority. */
record Credentials(Token token, MeshTrust trust) {
}
