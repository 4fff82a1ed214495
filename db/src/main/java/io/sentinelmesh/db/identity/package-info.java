/** Who may join, who has joined, by which certificates, and who is shut out; kept beside the measurements. */
@NullMarked
package io.sentinelmesh.db.identity;

import org.jspecify.annotations.NullMarked;
