/** The one port that agents need: always TLS 1.3 with the mesh's own certificates. Joining, renewal, and the link. */
@NullMarked
package io.sentinelmesh.aggregator.door;

import org.jspecify.annotations.NullMarked;
