/** The Hazelcast member that lets agents find one another. Hints only: nothing here ever paints a cell. */
@NullMarked
package io.sentinelmesh.aggregator.membership;

import org.jspecify.annotations.NullMarked;
