/** Who probes whom: from peers and endpoints to probe targets. */
@NullMarked
package io.sentinelmesh.agent.plan;

import org.jspecify.annotations.NullMarked;
