/** Rounds of one pair merged to steps: the same arithmetic whatever store the rounds come from. */
@NullMarked
package io.sentinelmesh.db.history;

import org.jspecify.annotations.NullMarked;
