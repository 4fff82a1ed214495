/** Servers and certificates for tests, on loopback, made in the test's own process. */
@NullMarked
package io.sentinelmesh.probe.standin;

import org.jspecify.annotations.NullMarked;
