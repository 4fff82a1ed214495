/** Who this agent is, kept in its data folder. */
@NullMarked
package io.sentinelmesh.agent.identity;

import org.jspecify.annotations.NullMarked;
