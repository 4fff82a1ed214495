/**
 * Whether a server is who it says: the chain it presented, judged against certificates that are trusted, the time and the name that was asked for.
 *
 * <p>
 * A bad certificate is something that was measured and therefore a value, not an exception. That is why the judgement stands here and not in the
 * TLS handshake, which could only say "no", for the first reason it finds.
 */
@NullMarked
package io.sentinelmesh.probe.certificate;

import org.jspecify.annotations.NullMarked;
