package io.sentinelmesh.probe;

/** Which rung of the permission ladder somebody wants. */
public enum RungChoice {
    /** The best that this host permits. */
    AUTO, DATAGRAM, RAW, UDP, TCP
}
