/** Who may ask: host names, origins, the token and the session cookie. */
@NullMarked
package io.sentinelmesh.aggregator.access;

import org.jspecify.annotations.NullMarked;
