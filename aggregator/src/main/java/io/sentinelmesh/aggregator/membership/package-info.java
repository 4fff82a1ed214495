/** The member of the cluster in which agents find one another, behind which Hazelcast stands. Hints only: nothing here ever paints a cell. */
@NullMarked
package io.sentinelmesh.aggregator.membership;

import org.jspecify.annotations.NullMarked;
