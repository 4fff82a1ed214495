/** Who is who: the mesh's own certificate authority, the keys and certificates of agents and aggregators, and TLS made from them. */
@NullMarked
package io.sentinelmesh.trust;

import org.jspecify.annotations.NullMarked;
