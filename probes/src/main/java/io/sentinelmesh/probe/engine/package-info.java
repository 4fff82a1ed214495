/**
 * The one thread that sends and hears test packets. Each kind that lives by kernel timestamps is an
 * {@link io.sentinelmesh.probe.engine.Activity} of it; the thread sleeps until the first of them is due, or a packet ends its sleep.
 */
@NullMarked
package io.sentinelmesh.probe.engine;

import org.jspecify.annotations.NullMarked;
