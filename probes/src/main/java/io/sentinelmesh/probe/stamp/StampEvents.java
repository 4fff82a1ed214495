package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/** What the network brings, as bytes that are valid during the call. Times are nanoseconds since the epoch. */
interface StampEvents {

    /** A packet of ours passed out of the kernel. */
    void transmitted(int flow, byte[] packet, int length, long wallNanos);

    /**
     * @param wallNanos when it reached the kernel; 0 if the kernel did not say
     * @param hopLimit it came with; -1 if unknown
     * @param trafficClass it came with; -1 if unknown
     */
    void received(int flow, byte[] packet, int length, long wallNanos, int hopLimit, int trafficClass);

    /** An ICMP error quotes the beginning of a packet of ours, perhaps none of its data. */
    void refused(int flow, byte[] packet, int length, RefusalReason reason, InetAddress offender);
}
