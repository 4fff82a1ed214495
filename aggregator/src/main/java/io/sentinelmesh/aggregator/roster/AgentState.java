package io.sentinelmesh.aggregator.roster;

/** How an agent takes part. */
public enum AgentState {

    /** Its link is open and answers. */
    CONNECTED("connected"),
    /** Gone without goodbye. */
    LOST("lost"),
    /** Said goodbye. */
    LEFT("left");

    private final String label;

    AgentState(String label) {
        this.label = label;
    }

    /** As in the API and the stream. */
    public String label() {
        return label;
    }
}
