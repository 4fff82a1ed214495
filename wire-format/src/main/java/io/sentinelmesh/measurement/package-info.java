/** What was measured, as values: the vocabulary every module shares. Knows nothing of sockets, frames or tables. */
@NullMarked
package io.sentinelmesh.measurement;

import org.jspecify.annotations.NullMarked;
