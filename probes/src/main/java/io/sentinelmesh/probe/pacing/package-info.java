/**
 * When the next test packet is due, whether it may go, and what a missing or doubtful answer means: what the probers of every kind share about
 * time. No sockets, no threads.
 */
@NullMarked
package io.sentinelmesh.probe.pacing;

import org.jspecify.annotations.NullMarked;
