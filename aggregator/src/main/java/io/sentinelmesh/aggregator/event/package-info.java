/** What happens in the mesh, noted in one timeline. */
@NullMarked
package io.sentinelmesh.aggregator.event;

import org.jspecify.annotations.NullMarked;
