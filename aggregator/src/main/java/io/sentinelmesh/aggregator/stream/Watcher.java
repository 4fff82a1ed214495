package io.sentinelmesh.aggregator.stream;

/** A client and how far it was told. Mesh thread only. */
final class Watcher {

    final StreamClient client;
    /** Whether it has the newest list of nodes. */
    boolean nodesTold;
    /** The last tick that was handed to it. */
    long told;
    /** Beats for which nothing was handed to it, since it was behind; 0: it is not. */
    int behindBeats;

    Watcher(StreamClient client, long told) {
        this.client = client;
        this.told = told;
    }
}
