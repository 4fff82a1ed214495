package io.sentinelmesh.agent.link;

/** By which way an agent speaks to its aggregator. */
public enum LinkMode {
    WEBSOCKET("websocket"), POST("post"), NONE("none");

    private final String word;

    LinkMode(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
