/** Questions about many pairs at once, and the arithmetic that answers them. No database in here. */
@NullMarked
package io.sentinelmesh.db.reads;

import org.jspecify.annotations.NullMarked;
