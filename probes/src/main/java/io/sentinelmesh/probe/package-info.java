/** Test packets out, fates in. What every kind of probe shares; each kind has a package of its own below. */
@NullMarked
package io.sentinelmesh.probe;

import org.jspecify.annotations.NullMarked;
