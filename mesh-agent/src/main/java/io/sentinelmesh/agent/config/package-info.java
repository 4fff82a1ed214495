/** What an agent is told by its file, its environment and its flags. */
@NullMarked
package io.sentinelmesh.agent.config;

import org.jspecify.annotations.NullMarked;
