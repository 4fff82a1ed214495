package io.sentinelmesh.probe.route;

/** What the bytes of a packet that came back say about which packet they are of. */
sealed interface Quote {

    /** One of this trace. */
    record Of(TestPacket packet) implements Quote {
    }

    /** Too few bytes to tell. */
    record TooShort() implements Quote {
    }

    /** Not of this trace: of an earlier one from the same port, or of another program. */
    record Foreign() implements Quote {
    }
}
