/** Benchmarks of the probes, run by {@code scripts/bench}; not tests, and not in the shipped jar. */
@NullMarked
package io.sentinelmesh.probe.bench;

import org.jspecify.annotations.NullMarked;
