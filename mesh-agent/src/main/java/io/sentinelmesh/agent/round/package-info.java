/** From the fates of single packets to rounds and live views. */
@NullMarked
package io.sentinelmesh.agent.round;

import org.jspecify.annotations.NullMarked;
