/** Which way this agent's packets take: traced from time to time, and at once when something happens to a destination. */
@NullMarked
package io.sentinelmesh.agent.path;

import org.jspecify.annotations.NullMarked;
