package io.sentinelmesh.wire;

/** What one frame may hold at most. Both ends keep to it: a frame that would break one is not encoded either. */
public final class FrameLimits {

    /** Content before compression. Bounds what decoding allocates, whatever the frame claims. */
    public static final int MAX_CONTENT_BYTES = 8 << 20;

    /** Rows of a batch. */
    public static final int MAX_ROWS = 1 << 10;

    /** Nodes in a list of peers or endpoints, and destinations that rows refer to. */
    public static final int MAX_NODES = 1 << 13;

    /** Cells of all rows together. */
    public static final int MAX_CELLS = 1 << 16;

    /** Test packets sent in one cell, so delays too; also those not sent, duplicates, and packets refused for one reason. */
    public static final int MAX_PACKETS_PER_CELL = 65_535;

    /** Delays of all cells together. */
    public static final int MAX_DELAYS = 1 << 20;

    /** Refusals of all cells together. */
    public static final int MAX_REFUSALS = 1 << 16;

    /** Addresses that refusals refer to. */
    public static final int MAX_OFFENDERS = 1 << 12;

    /** Metrics of a batch, and their families. */
    public static final int MAX_METRICS = 1 << 12;

    /** Different keys and values of labels in a batch. */
    public static final int MAX_METRIC_TEXTS = 1 << 12;

    /** Traces of a batch; with the most hops each they are a third of the fields that a frame may have. */
    public static final int MAX_TRACES = 1 << 9;

    /** Reasons why a prober is impaired: more than there are. */
    public static final int MAX_IMPAIRMENTS = 32;

    /** UTF-16 code units of a text that has no narrower limit of its own. */
    public static final int MAX_TEXT_LENGTH = 1 << 10;

    /** UTF-16 code units of a settings document. */
    public static final int MAX_SETTINGS_LENGTH = 1 << 18;

    /** Keys that an agent says it pins. */
    public static final int MAX_PINNED = 1 << 8;

    /** Addresses of an agent's host. */
    public static final int MAX_LOCAL_ADDRESSES = 32;

    /** Protobuf fields, nested ones too, each occurrence counted: each may become an object. Above what the limits before this add up to. */
    static final int MAX_FIELDS = 1 << 17;

    /** Numbers in packed arrays: a number of one byte may become eight. Above what the limits before this add up to. */
    static final int MAX_PACKED_NUMBERS = 1 << 21;

    private FrameLimits() {
    }

    /**
     * @throws WireFormatException {@code TOO_LARGE}
     */
    static int atMost(int limit, int value, String what) {
        if (Integer.compareUnsigned(value, limit) > 0) {
            throw new WireFormatException(WireFormatException.Problem.TOO_LARGE,
                    Integer.toUnsignedString(value) + " " + what + ", at most " + limit + " are taken");
        }
        return value;
    }

    static String text(String text, String what) {
        atMost(MAX_TEXT_LENGTH, text.length(), "characters in " + what);
        return text;
    }
}
