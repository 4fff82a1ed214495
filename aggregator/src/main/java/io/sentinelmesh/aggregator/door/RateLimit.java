package io.sentinelmesh.aggregator.door;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often one address may ask for something that costs a signature or the database. Each has a bucket that fills steadily; many agents may
 * stand behind one address (NAT), so it is deep. Called by one event loop only.
 */
public final class RateLimit {

    static final int BURST = 200;
    public static final int PER_SECOND = 20;
    /** Addresses that are remembered; the one that was silent longest gives way, and its bucket is full by then or it is under attack. */
    static final int MOST_ADDRESSES = 10_000;

    private static final class Bucket {
        double left = BURST;
        long filledNanos;

        Bucket(long nowNanos) {
            filledNanos = nowNanos;
        }
    }

    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
    private final LongSupplier nanoTime;

    /** @param nanoTime {@link System#nanoTime} */
    public RateLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes one from the address's bucket. Empty if there was one; otherwise how long to wait. */
    public Optional<Duration> take(String address) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(address, _ -> new Bucket(now));
        if (buckets.size() > MOST_ADDRESSES) {
            Iterator<String> longestSilent = buckets.keySet().iterator();
            longestSilent.next();
            longestSilent.remove();
        }
        bucket.left = Math.min(BURST, bucket.left + (now - bucket.filledNanos) * PER_SECOND / 1e9);
        bucket.filledNanos = now;
        if (bucket.left < 1) {
            return Optional.of(Duration.ofSeconds(1));
        }
        bucket.left--;
        return Optional.empty();
    }

    /** That are remembered. */
    int addresses() {
        return buckets.size();
    }
}
