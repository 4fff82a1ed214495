package io.sentinelmesh.probe.route;

import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;

/** What a trace sends its packets into: kernel sockets, or a simulated route. Flows are numbered from 0. One thread. */
interface TraceNetwork extends AutoCloseable {

    /** Monotonic; its zero means nothing. */
    long nanos();

    /** Whether a flow can have only one packet under way: TCP, whose connection attempts can't share their ports. */
    boolean oneAtATime();

    /** The source port of a flow, or its ICMP identifier. */
    int flowName(int flow);

    /** Sends these packets, all at once and all alike but for their hop limit. */
    void send(int flow, List<TestPacket> packets, Replies replies);

    /** Tells what came in; waits for it until then at most. May return early with nothing. */
    void await(long untilNanos, Replies replies);

    @Override
    void close();

    /** Hears what came back. */
    interface Replies {

        /** @param packet the one it is about; {@link TestPacket#UNKNOWN} if the answer quotes too little to tell */
        void answered(int flow, TestPacket packet, Answer answer);

        /** This host's own routing or firewall let no packet of the flow out. */
        void refusedHere(int flow, RefusalReason reason);

        /** The packet did not leave for want of means, such as buffers: nothing is known of the way. */
        void notSent(int flow, TestPacket packet, String cause);
    }
}
