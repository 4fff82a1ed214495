package io.sentinelmesh.probe.route;

import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.MessageBatch;

/**
 * The memory that traces send from and receive into: 70 KiB beside the heap, which is given back only when the garbage collector comes by, so who
 * traces again and again keeps it. One trace at a time.
 *
 * @param controls of {@code received}
 */
record TraceBuffers(MessageBatch requests, MessageBatch received, ControlMessages controls) {

    static final int RECEIVE_CAPACITY = 64;
    /** Link and IP headers of a packet as it left, or an ICMP error's extensions behind what it quotes. */
    private static final int ROOM_BESIDE_PACKET = 640;
    /** A timestamp (64 bytes) and an error with its offender (at most 64), each with its header. */
    private static final int CONTROL_ROOM = 192;

    /** @param bytes of UDP payload or of the ICMP message */
    TraceBuffers(int bytes) {
        this(new MessageBatch(TraceRequest.MOST_HOPS, bytes, MessageBatch.HOP_LIMIT_ROOM),
                new MessageBatch(RECEIVE_CAPACITY, bytes + ROOM_BESIDE_PACKET, CONTROL_ROOM));
    }

    private TraceBuffers(MessageBatch requests, MessageBatch received) {
        this(requests, keepingSenders(received), new ControlMessages(received));
    }

    private static MessageBatch keepingSenders(MessageBatch received) {
        received.keepSenders();
        return received;
    }
}
