package io.sentinelmesh.wire;

/** Frames to bytes and back; see FORMAT.md. Stateless: any thread. */
@SuppressWarnings("DoNotCallSuggester") // until written
public final class FrameCodec {

    public static final int FORMAT_VERSION = 1;

    /** A frame as it travels: what the receiver's WebSocket is told to take at most. */
    public static final int MAX_FRAME_BYTES = 1 << 20;

    private FrameCodec() {
    }

    /**
     * @throws WireFormatException {@code TOO_LARGE} if the frame does not fit {@link #MAX_FRAME_BYTES}: send fewer rows in one batch
     */
    public static byte[] encode(Frame frame) {
        throw new IllegalStateException("being written");
    }

    /**
     * @throws WireFormatException if the bytes are not a frame of a version we know, within every limit; never another exception, and never
     *             an allocation beyond the limits
     */
    public static Frame decode(byte[] bytes) {
        throw new IllegalStateException("being written");
    }
}
