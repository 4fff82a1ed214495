/** What an agent does that people may change while it runs: the keys, their ranges, and documents that give them values. */
@NullMarked
package io.sentinelmesh.settings;

import org.jspecify.annotations.NullMarked;
