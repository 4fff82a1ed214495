package io.sentinelmesh.probe.stamp;

/** Why the reflector did not answer a packet. */
public enum NotReflected {

    /** Too short to hold the answer: an answer longer than its request would make the reflector an amplifier. */
    TOO_SHORT("shorter than the answer"),
    /** Longer than the reflector reads. */
    TOO_LONG("longer than 9215 bytes"),
    /** The peer, or all peers together, sent more than the reflector answers. */
    RATE("over the rate cap"),
    /** The source port is a well-known service's: echo (7) or chargen (19) would answer the answer, name and time servers would reply to it. */
    SERVICE_PORT("from a well-known port"),
    /** Sent to a broadcast or multicast address: all who hear it would answer one victim. */
    MANY_HOSTS("to a broadcast or multicast address"),
    /** An answer of another reflector, or of this one: two of them would send it to and fro for ever. */
    LOOKS_REFLECTED("an answer, not a request"),
    /** In authenticated mode: no or a wrong HMAC. */
    NOT_AUTHENTIC("wrong key or none"),
    /** This host could not send the answer. */
    UNSENDABLE("the answer could not leave");

    private final String label;

    NotReflected(String label) {
        this.label = label;
    }

    /** For people, after a number of packets. */
    public String label() {
        return label;
    }
}
