/** Finished rounds on disk from the moment they are made until they are acknowledged; see docs/spool.md. */
@NullMarked
package io.sentinelmesh.agent.spool;

import org.jspecify.annotations.NullMarked;
