package io.sentinelmesh.aggregator.ingestkey;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The nonces of the requests that were signed well, for as long as such a request would be taken again. Thread-safe. */
final class Nonces {

    /** 160 requests a second over the whole of the window; some 20 MB. */
    static final int MOST = 100_000;

    enum Verdict {
        FRESH, REPEATED, FULL
    }

    private final Duration kept;
    private final int most;
    private final Map<String, Instant> until = new LinkedHashMap<>();

    Nonces(Duration kept, int most) {
        this.kept = kept;
        this.most = most;
    }

    synchronized Verdict remember(String key, String nonce, Instant now) {
        Iterator<Map.Entry<String, Instant>> eldest = until.entrySet().iterator();
        while (eldest.hasNext() && !now.isBefore(eldest.next().getValue())) {
            eldest.remove();
        }
        String both = key + " " + nonce;
        if (until.containsKey(both)) {
            return Verdict.REPEATED;
        }
        if (until.size() >= most) {
            // To forget one would let it be replayed.
            return Verdict.FULL;
        }
        until.put(both, now.plus(kept));
        return Verdict.FRESH;
    }
}
