/** Whether others get to an agent: seen from where its link comes from, and tried at its member port when it asks. */
@NullMarked
package io.sentinelmesh.aggregator.reach;

import org.jspecify.annotations.NullMarked;
