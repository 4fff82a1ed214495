/** Threads that own state. */
@NullMarked
package io.sentinelmesh.agent.thread;

import org.jspecify.annotations.NullMarked;
