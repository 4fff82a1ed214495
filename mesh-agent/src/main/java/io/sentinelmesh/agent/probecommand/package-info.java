/** {@code sentinel probe}: any kind of probe run alone from the command line, without a mesh. */
@NullMarked
package io.sentinelmesh.agent.probecommand;

import org.jspecify.annotations.NullMarked;
