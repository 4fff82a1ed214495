package io.sentinelmesh.probe.mtu;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/** What became of one packet of a certain size. */
sealed interface Fate {

    /** The destination answered it. */
    record Arrived(long roundTripNanos) implements Fate {
    }

    /**
     * Somebody on the way can't pass it on whole.
     *
     * @param mtu that it told, bytes; 0 if it told none
     * @param by a router, or this host
     */
    record TooBig(int mtu, InetAddress by) implements Fate {
    }

    record Silent() implements Fate {
    }

    /** Turned away for a reason that is not its size. */
    record Refused(RefusalReason reason, InetAddress by) implements Fate {
    }

    /** It did not leave: our own fault. */
    record NotSent(String cause) implements Fate {
    }
}
