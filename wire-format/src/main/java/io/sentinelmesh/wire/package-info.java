/** The frames that agents and the aggregator exchange, and their bytes. The format for other languages: FORMAT.md. */
@NullMarked
package io.sentinelmesh.wire;

import org.jspecify.annotations.NullMarked;
