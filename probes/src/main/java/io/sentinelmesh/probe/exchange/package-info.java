/**
 * What kinds share that ask a question and wait for the answer: one event thread, names looked up, TCP connected, TLS shaken hands, each phase
 * timed.
 *
 * <p>
 * These times are taken by the event thread, in user space: they hold what a program that uses the service feels, its own share included. On an
 * idle machine that is tens of microseconds too much; kinds that need the wire's own time use the kernel's timestamps and not this package.
 * Everything but {@link io.sentinelmesh.probe.exchange.EventThread} belongs to that thread.
 */
@NullMarked
package io.sentinelmesh.probe.exchange;

import org.jspecify.annotations.NullMarked;
