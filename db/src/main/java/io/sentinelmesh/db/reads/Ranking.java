package io.sentinelmesh.db.reads;

/** By what pairs are put in order. */
public enum Ranking {

    /** The share of packets lost, as it is. */
    LOSS("loss"),
    /** The median round-trip delay; changes of it count as a factor, for 5 ms more mean nothing on a satellite link. */
    DELAY("delay");

    private final String label;

    Ranking(String label) {
        this.label = label;
    }

    /** As in the API. */
    public String label() {
        return label;
    }
}
