/** The settings in force at this agent: told by the aggregator, judged here, kept on disk. */
@NullMarked
package io.sentinelmesh.agent.settings;

import org.jspecify.annotations.NullMarked;
