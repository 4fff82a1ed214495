/**
 * A name server asked one question, by UDP or TCP, and its answer compared with what was expected. The delay is from the question's leaving to
 * the answer's coming, as the event thread sees it; for TCP the handshake is told apart from it.
 *
 * <p>
 * Anybody may send a datagram that looks like an answer. What lacks the question's number or repeats another question (RFC 5452 section 9.1) is
 * counted and waited past, never taken for the answer.
 */
@NullMarked
package io.sentinelmesh.probe.dns;

import org.jspecify.annotations.NullMarked;
