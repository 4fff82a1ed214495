/** Errors as application/problem+json. */
@NullMarked
package io.sentinelmesh.aggregator.problem;

import org.jspecify.annotations.NullMarked;
