/**
 * The few Linux system calls the probes need, bound with {@code java.lang.foreign}, and the memory layouts they speak.
 *
 * <p>
 * This is the only package that touches native memory; what leaves it are ints, longs and {@link java.net.InetAddress}. A call that may fail
 * in ordinary operation answers as the kernel does, with a negative errno, so that a full buffer or a pending ICMP error costs no exception;
 * opening and configuring, which happen once, throw {@link io.sentinelmesh.probe.nativenet.NativeCallException}.
 */
@NullMarked
package io.sentinelmesh.probe.nativenet;

import org.jspecify.annotations.NullMarked;
