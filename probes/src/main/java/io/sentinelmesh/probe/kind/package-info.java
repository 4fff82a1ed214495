/**
 * What a kind of probe is: a name, a schema of settings, and a run that ends with a report. {@link io.sentinelmesh.probe.ProbeKinds} lists
 * them all; the command line, the configuration and the documentation are made from that list.
 *
 * <p>
 * A new kind is one package that implements {@link io.sentinelmesh.probe.kind.Kind}, and one line in the list.
 */
@NullMarked
package io.sentinelmesh.probe.kind;

import org.jspecify.annotations.NullMarked;
