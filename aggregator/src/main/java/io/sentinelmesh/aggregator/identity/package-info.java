/** Whom the mesh knows: its authority, the aggregator's own certificate, tokens, joining, renewal and revocation. No sockets. */
@NullMarked
package io.sentinelmesh.aggregator.identity;

import org.jspecify.annotations.NullMarked;
