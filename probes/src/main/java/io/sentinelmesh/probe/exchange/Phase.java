package io.sentinelmesh.probe.exchange;

import java.util.Locale;

/** What an exchange waits for, in the order in which it does. */
public enum Phase {

    /** Until the name service has given an address. */
    LOOKUP,
    /** Until the TCP handshake is done. */
    CONNECT,
    /** Until the TLS handshake is done. */
    TLS,
    /** From the request's last byte handed to the kernel until the head of the answer is there. */
    FIRST_BYTE,
    /** From then until the answer is whole. */
    TRANSFER;

    /** As in {@code first_byte}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As in "first byte". */
    public String text() {
        return key().replace('_', ' ');
    }
}
