/**
 * The agent's local face: a UNIX domain socket in its data folder, by which its own user asks how it is and gives it small orders. Knows neither the
 * link nor the spool: what an order does is the caller's.
 */
@NullMarked
package io.sentinelmesh.agent.control;

import org.jspecify.annotations.NullMarked;
