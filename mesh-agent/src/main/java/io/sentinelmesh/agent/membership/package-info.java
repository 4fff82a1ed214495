/** Which peers there are. The only package of the agent that knows Hazelcast. */
@NullMarked
package io.sentinelmesh.agent.membership;

import org.jspecify.annotations.NullMarked;
