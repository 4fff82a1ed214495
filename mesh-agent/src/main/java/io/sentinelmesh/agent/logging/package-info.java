/** What the agent's log looks like and how much of it there is. */
@NullMarked
package io.sentinelmesh.agent.logging;

import org.jspecify.annotations.NullMarked;
