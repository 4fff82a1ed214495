/** System calls against this kernel. */
@NullMarked
package io.sentinelmesh.probe.nativenet;

import org.jspecify.annotations.NullMarked;
