/** What an agent shows on its own host: its figures in the Prometheus text format, on loopback, if wanted. */
@NullMarked
package io.sentinelmesh.agent.local;

import org.jspecify.annotations.NullMarked;
