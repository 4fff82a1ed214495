/** What the command line shows of a spool. */
@NullMarked
package io.sentinelmesh.agent.spoolcommand;

import org.jspecify.annotations.NullMarked;
