package io.sentinelmesh.probe.route;

/**
 * One entry of the label stack that a packet carried when its hop limit ran out (RFC 4950, RFC 3032).
 *
 * @param label 0 to 1,048,575
 * @param trafficClass 0 to 7
 * @param bottom whether it is the stack's last
 * @param hopLimit 0 to 255
 */
public record MplsLabel(int label, int trafficClass, boolean bottom, int hopLimit) {

    static MplsLabel ofEntry(int entry) {
        return new MplsLabel(entry >>> 12, entry >>> 9 & 7, (entry >>> 8 & 1) == 1, entry & 0xff);
    }

    @Override
    public String toString() {
        return label + "/" + trafficClass + (bottom ? "/S" : "") + " ttl " + hopLimit;
    }
}
