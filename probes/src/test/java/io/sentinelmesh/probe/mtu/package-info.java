/** The search for the path MTU over simulated paths and over real namespaces. */
@NullMarked
package io.sentinelmesh.probe.mtu;

import org.jspecify.annotations.NullMarked;
