/** {@code sentinel config check} and {@code config template}: a settings document held against the keys, without a mesh. */
@NullMarked
package io.sentinelmesh.agent.configcommand;

import org.jspecify.annotations.NullMarked;
