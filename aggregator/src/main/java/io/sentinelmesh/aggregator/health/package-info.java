/** Liveness and readiness, with the reasons. */
@NullMarked
package io.sentinelmesh.aggregator.health;

import org.jspecify.annotations.NullMarked;
