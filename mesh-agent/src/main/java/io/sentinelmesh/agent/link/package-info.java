/** The one connection to the aggregator, and what waits to go over it. */
@NullMarked
package io.sentinelmesh.agent.link;

import org.jspecify.annotations.NullMarked;
