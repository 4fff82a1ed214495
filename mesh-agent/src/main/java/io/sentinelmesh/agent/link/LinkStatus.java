package io.sentinelmesh.agent.link;

/**
 * How the agent speaks to an aggregator at present.
 *
 * @param reason why so; empty where nothing is to be said
 */
public record LinkStatus(Mode mode, String reason) {

    public enum Mode {
        WEBSOCKET("websocket"), POST("post"), NONE("none");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    static final LinkStatus NOT_YET = new LinkStatus(Mode.NONE, "not yet connected");
}
