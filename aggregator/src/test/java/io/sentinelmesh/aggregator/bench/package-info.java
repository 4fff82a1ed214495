/** The programs behind {@code scripts/bench live} and {@code scripts/bench fanout}. */
package io.sentinelmesh.aggregator.bench;
