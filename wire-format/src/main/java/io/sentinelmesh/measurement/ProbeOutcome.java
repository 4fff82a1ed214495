package io.sentinelmesh.measurement;

import java.net.InetAddress;
import java.time.Duration;

/** The fate of one test packet. What the network did is a value, never an exception. */
public sealed interface ProbeOutcome {

    /** @param roundTripDelay RFC 2681; never negative */
    record Answered(Duration roundTripDelay) implements ProbeOutcome {
        public Answered {
            if (roundTripDelay.isNegative()) {
                throw new IllegalArgumentException("negative round-trip delay " + roundTripDelay);
            }
        }
    }

    /** @param waited the loss threshold that passed without an answer */
    record Lost(Duration waited) implements ProbeOutcome {
    }

    /** @param offender who sent the refusal: the destination itself or a router on the way */
    record Refused(RefusalReason reason, InetAddress offender) implements ProbeOutcome {
    }

    /** The packet never left this host: our fault, not the network's, so it counts neither as sent nor as lost. */
    record NotSent(String cause) implements ProbeOutcome {
    }
}
