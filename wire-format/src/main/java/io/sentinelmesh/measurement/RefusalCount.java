package io.sentinelmesh.measurement;

import java.net.InetAddress;

/** How many packets of one pair and round were refused for one reason by one offender. */
public record RefusalCount(RefusalReason reason, InetAddress offender, int count) {

    public RefusalCount {
        if (count < 1) {
            throw new IllegalArgumentException("a refusal that happened was counted at least once, not " + count);
        }
    }
}
