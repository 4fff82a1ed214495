package io.sentinelmesh.agent.link;

import io.vertx.core.Future;

/** A way to one aggregator that is open: frames go, in order, and come. Of the link's event loop. */
interface Line {

    /** What a line tells the link; on its event loop, and nothing after it was closed from this end. */
    interface User {

        /** A frame of the aggregator, not yet decoded. */
        void received(Line line, byte[] frame);

        /** The aggregator gave a sign of life that is no frame. */
        void heard(Line line);

        /** There is room again for a batch. */
        void hasRoom(Line line);

        /** Now is the moment for the newest live rows. */
        void takesLive(Line line);

        void ended(Line line, String why);
    }

    LinkMode mode();

    /** Nothing if it is closed: batches stay in the spool and go over the next line. */
    void send(byte[] frame);

    boolean isClosed();

    /** Whether batches have to wait. */
    boolean isFull();

    /** Whether live rows have to wait, where newer ones will take their place. */
    boolean isFullForLive();

    /** The aggregator refused this agent: it closes the line, and where that cannot be seen the line ends itself. */
    void refused();

    void close();

    /** Closes after what was sent has gone. */
    Future<Void> leave();
}
