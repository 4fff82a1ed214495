/** Small networks of real namespaces for the tests of the probes. */
@NullMarked
package io.sentinelmesh.probe.lab;

import org.jspecify.annotations.NullMarked;
