/** When the next test packet is due: what the probers of every kind share about time. No sockets, no threads. */
@NullMarked
package io.sentinelmesh.probe.pacing;

import org.jspecify.annotations.NullMarked;
