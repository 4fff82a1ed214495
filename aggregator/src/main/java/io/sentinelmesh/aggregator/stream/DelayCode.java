package io.sentinelmesh.aggregator.stream;

/** Stands in until the wire format's own is there. */
final class DelayCode {

    private DelayCode() {
    }

    static int encode(int micros) {
        if (micros < 256) {
            return micros + 1;
        }
        int e = 23 - Integer.numberOfLeadingZeros(micros);
        int m = (micros >>> e) - 256;
        return (e + 1) * 256 + m + 1;
    }
}
