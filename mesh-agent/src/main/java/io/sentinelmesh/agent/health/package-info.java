/**
 * How well the agent itself is: read once a second on a thread of its own, judged by {@link io.sentinelmesh.measurement.HealthRule}, told in each
 * batch and each live row.
 */
@NullMarked
package io.sentinelmesh.agent.health;

import org.jspecify.annotations.NullMarked;
