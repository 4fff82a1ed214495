package io.sentinelmesh.probe.stamp;

/**
 * The two timestamp forms of a test packet (RFC 8762 section 4.2.1) from and to nanoseconds since 1970. Which one a timestamp has is said by
 * the Z bit of the Error Estimate that goes with it (RFC 8186 section 2.3). We write NTP's, the default.
 */
final class StampTime {

    /**
     * S 0: nothing is claimed of the clock's synchronisation; Z 0: NTP; scale 12, multiplier 1: 2^-20 s, about a microsecond
     * (RFC 4656 section 4.1.2, where a multiplier of 0 is forbidden).
     */
    static final int OUR_ERROR_ESTIMATE = 0x0c01;

    private static final int PTP_BIT = 0x4000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** From 1900 to 1970 (RFC 5905). */
    private static final long NTP_OFFSET_SECONDS = 2_208_988_800L;
    private static final long NTP_ERA_SECONDS = 1L << 32;
    private static final long LOW_32 = 0xffff_ffffL;

    private StampTime() {
    }

    /** @param epochNanos 0 or more */
    static long ntp(long epochNanos) {
        long seconds = epochNanos / NANOS_PER_SECOND + NTP_OFFSET_SECONDS;
        long nanos = epochNanos % NANOS_PER_SECOND;
        // Rounded up, so that the same number of nanoseconds comes out again.
        long fraction = ((nanos << 32) + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
        return seconds << 32 | fraction;
    }

    /** Any 64 bits mean some time: from 1968 to 2104 in NTP's form, from 1970 to 2106 in PTP's. */
    static long epochNanos(long field, int errorEstimate) {
        return (errorEstimate & PTP_BIT) == 0 ? ofNtp(field) : ofPtp(field);
    }

    private static long ofNtp(long field) {
        long seconds = field >>> 32;
        // The era that began in 2036 if the highest bit is 0 (RFC 4330 section 3).
        if ((field & 1L << 63) == 0) {
            seconds += NTP_ERA_SECONDS;
        }
        long nanos = ((field & LOW_32) * NANOS_PER_SECOND) >>> 32;
        return (seconds - NTP_OFFSET_SECONDS) * NANOS_PER_SECOND + nanos;
    }

    /** Its seconds count leap seconds; what is made of differences does not mind. */
    private static long ofPtp(long field) {
        return (field >>> 32) * NANOS_PER_SECOND + (field & LOW_32);
    }
}
