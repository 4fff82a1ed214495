package io.sentinelmesh.probe.stamp;

/**
 * What an answer says of its packet. Reused from one answer to the next: read it within the call that brings it. Times are nanoseconds since the
 * epoch, by the clock of the end that took them.
 */
public final class StampAnswer {

    /** Of a figure that is not known. */
    public static final int UNKNOWN = -1;

    int sequence;
    long sentNanos;
    long reflectorReceivedNanos;
    long reflectorSentNanos;
    long receivedNanos;
    long roundTripNanos;
    long residenceNanos;
    long writtenMonotonicNanos;
    long readMonotonicNanos;
    boolean stamped;
    boolean plausible;
    int dscpAtReflector;
    int ecnAtReflector;
    int hopLimitAtReflector;
    int trafficClassAtSender;
    int hopLimitAtSender;

    StampAnswer() {
    }

    /** Of the packet within its flow, from 0. */
    public int sequence() {
        return sequence;
    }

    /** T1: the packet left; the kernel's stamp if {@link #stamped}. */
    public long sentNanos() {
        return sentNanos;
    }

    /** T2, by the reflector's clock. */
    public long reflectorReceivedNanos() {
        return reflectorReceivedNanos;
    }

    /** T3, by the reflector's clock, before the answer passed its kernel; {@link StampListener#refined} brings the exact one. */
    public long reflectorSentNanos() {
        return reflectorSentNanos;
    }

    /** T4. */
    public long receivedNanos() {
        return receivedNanos;
    }

    /** T4 - T1; never negative. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    /** T3 - T2: how long the reflector had it; 0 to the round trip. */
    public long residenceNanos() {
        return residenceNanos;
    }

    /** Round-trip delay net of residence; never negative. */
    public long netRoundTripNanos() {
        return roundTripNanos - residenceNanos;
    }

    /** The same round trip as the two programs see it: from before the packet was handed to the kernel until the answer was read. */
    public long userSpaceRoundTripNanos() {
        return readMonotonicNanos - writtenMonotonicNanos;
    }

    /** Whether T1 and T4 are the kernel's stamps and no clock was set between. */
    public boolean stamped() {
        return stamped;
    }

    /** Whether the reflector's two times fit between ours; if not, one of its clock's steps lies between, and the residence is told as 0. */
    public boolean plausible() {
        return plausible;
    }

    /** 0 to 63, as it reached the reflector; {@link #UNKNOWN} if that does not say (RFC 8972 section 4.4). */
    public int dscpAtReflector() {
        return dscpAtReflector;
    }

    /** 0 to 3; {@link #UNKNOWN} if the reflector does not say. */
    public int ecnAtReflector() {
        return ecnAtReflector;
    }

    /** 1 to 255; {@link #UNKNOWN} if the reflector does not say. */
    public int hopLimitAtReflector() {
        return hopLimitAtReflector;
    }

    /** 0 to 63, of the answer as it came; {@link #UNKNOWN} if the kernel does not say. */
    public int dscpAtSender() {
        return trafficClassAtSender < 0 ? UNKNOWN : trafficClassAtSender >>> 2;
    }

    /** 1 to 255, of the answer as it came; {@link #UNKNOWN} if the kernel does not say. */
    public int hopLimitAtSender() {
        return hopLimitAtSender;
    }
}
