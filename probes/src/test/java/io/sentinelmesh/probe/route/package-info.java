/** Traces over simulated routes, which are files that can be read, and over real namespaces. */
@NullMarked
package io.sentinelmesh.probe.route;

import org.jspecify.annotations.NullMarked;
