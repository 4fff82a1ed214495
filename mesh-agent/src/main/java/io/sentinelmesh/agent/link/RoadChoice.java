package io.sentinelmesh.agent.link;

import java.time.Duration;

/**
 * Whether the next attempt to reach one aggregator is a WebSocket or POST. A WebSocket is what we want; POST is tried where one is answered with
 * something else, or ends within seconds several times in a row: a box in between that knows no WebSockets. A POST that fails leads back: then it
 * was not the WebSocket that was the matter. Of the link's event loop.
 */
final class RoadChoice {

    /** An aggregator that restarts ends links too, but not so often in a row. */
    static final int KILLS_THAT_TELL = 3;
    /** A WebSocket that stood this long is not being killed. */
    static final Duration STANDS = Duration.ofSeconds(10);

    private boolean post;
    private boolean trial;
    private int kills;
    private String reason = "";

    boolean isPost() {
        return post;
    }

    /** Why POST; empty for a WebSocket. */
    String reason() {
        return post ? reason : "";
    }

    /** A WebSocket was asked for, and the answer was an HTTP status. */
    void rejected(int status) {
        toPost("the upgrade to a WebSocket is answered HTTP " + status);
    }

    /** A WebSocket, or the attempt at one, ended without a word of the aggregator, this long after it began. */
    void ended(Duration life) {
        if (life.compareTo(STANDS) >= 0) {
            kills = 0;
            trial = false;
            return;
        }
        kills++;
        if (trial || kills >= KILLS_THAT_TELL) {
            toPost("WebSockets end within seconds");
        }
    }

    private void toPost(String why) {
        post = true;
        reason = why;
        kills = 0;
        trial = false;
    }

    /** The aggregator itself spoke on the WebSocket and refused: it gets through. */
    void refused() {
        kills = 0;
    }

    /** While POST is in use a WebSocket opened: it is used now, and given up at once should it be killed. */
    void trialOpened() {
        post = false;
        trial = true;
    }

    void postEnded() {
        post = false;
    }
}
