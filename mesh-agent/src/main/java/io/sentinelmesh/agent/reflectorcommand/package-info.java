/** {@code sentinel reflector}: a STAMP reflector run alone, without an agent, for {@code sentinel probe stamp} and for routers to measure to. */
@NullMarked
package io.sentinelmesh.agent.reflectorcommand;

import org.jspecify.annotations.NullMarked;
