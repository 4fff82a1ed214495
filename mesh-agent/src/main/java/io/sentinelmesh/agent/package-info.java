/** The program that runs on every site: measures its peers and forwards what it measured. */
@NullMarked
package io.sentinelmesh.agent;

import org.jspecify.annotations.NullMarked;
