/** What stands around the agent that scripts/bench.d/agent measures. */
@NullMarked
package io.sentinelmesh.agent.bench;

import org.jspecify.annotations.NullMarked;
