/** Which agents there are, from everyone who tells, remembered over a restart. */
@NullMarked
package io.sentinelmesh.agent.peers;

import org.jspecify.annotations.NullMarked;
