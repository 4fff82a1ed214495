/** The commands that ask the agent which runs on this host. */
@NullMarked
package io.sentinelmesh.agent.controlcommand;

import org.jspecify.annotations.NullMarked;
