/** A whole aggregator in one file: its store, its authority and its secrets. */
@NullMarked
package io.sentinelmesh.aggregator.backup;

import org.jspecify.annotations.NullMarked;
