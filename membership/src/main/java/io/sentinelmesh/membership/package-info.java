/** What agents and aggregators have in common as members of the Hazelcast cluster: names, sizes, limits, and mutual TLS. */
@NullMarked
package io.sentinelmesh.membership;

import org.jspecify.annotations.NullMarked;
