/** The dashboard's files, from the class path. */
@NullMarked
package io.sentinelmesh.aggregator.assets;

import org.jspecify.annotations.NullMarked;
