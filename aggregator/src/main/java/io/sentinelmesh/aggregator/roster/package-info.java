/** Who takes part: every agent ever seen, and whether it is heard of now. */
@NullMarked
package io.sentinelmesh.aggregator.roster;

import org.jspecify.annotations.NullMarked;
