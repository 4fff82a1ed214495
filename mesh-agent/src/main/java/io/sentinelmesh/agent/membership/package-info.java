/** Which peers there are. */
@NullMarked
package io.sentinelmesh.agent.membership;

import org.jspecify.annotations.NullMarked;
