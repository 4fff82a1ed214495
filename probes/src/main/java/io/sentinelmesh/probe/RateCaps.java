package io.sentinelmesh.probe;

/**
 * What one prober sends at most, whatever its targets and intervals ask for. What is held back is told as not sent, and counted.
 *
 * @param packetsPerSecond to all destinations together
 * @param packetsPerSecondEach to one destination
 */
public record RateCaps(int packetsPerSecond, int packetsPerSecondEach) {

    /** Half of what the engine manages on one thread of a small machine; to one destination as much as the shortest interval asks for. */
    public static final RateCaps DEFAULT = new RateCaps(50_000, 1_000);
    /** For benchmarks of the engine itself. */
    public static final RateCaps NONE = new RateCaps(Integer.MAX_VALUE, Integer.MAX_VALUE);

    public RateCaps {
        if (packetsPerSecond < 1 || packetsPerSecondEach < 1) {
            throw new IllegalArgumentException("a rate cap is 1 packet per second or more, not "
                    + Math.min(packetsPerSecond, packetsPerSecondEach));
        }
    }
}
