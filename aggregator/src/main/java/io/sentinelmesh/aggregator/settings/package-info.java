/** The mesh's settings document: taken from people, kept, told to the agents, and what the agents said to it. */
@NullMarked
package io.sentinelmesh.aggregator.settings;

import org.jspecify.annotations.NullMarked;
