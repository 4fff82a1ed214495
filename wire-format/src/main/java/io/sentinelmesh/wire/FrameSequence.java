package io.sentinelmesh.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.wire.WireFormatException.Problem;

/** Several frames as one body, for where there is no WebSocket to keep them apart: each after its length, 4 bytes, big-endian. */
public final class FrameSequence {

    /** Of a body, lengths included: whatever frame comes next, it finds room beside a megabyte of others. */
    public static final int MAX_BYTES = 2 * FrameCodec.MAX_FRAME_BYTES;

    /** Of a body. */
    public static final int MAX_FRAMES = 64;

    public static final int LENGTH_BYTES = 4;

    private FrameSequence() {
    }

    /** @param frames encoded; within the limits, which is the caller's to see to */
    public static byte[] join(List<byte[]> frames) {
        int bytes = frames.stream().mapToInt(frame -> LENGTH_BYTES + frame.length).sum();
        FrameLimits.atMost(MAX_BYTES, bytes, "bytes of frames");
        FrameLimits.atMost(MAX_FRAMES, frames.size(), "frames");
        ByteBuffer body = ByteBuffer.allocate(bytes);
        frames.forEach(frame -> body.putInt(frame.length).put(frame));
        return body.array();
    }

    /**
     * @return the frames, not yet decoded
     * @throws WireFormatException if the body is not what {@link #join} makes
     */
    public static List<byte[]> split(byte[] body) {
        FrameLimits.atMost(MAX_BYTES, body.length, "bytes of frames");
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer left = ByteBuffer.wrap(body);
        while (left.hasRemaining()) {
            if (left.remaining() < LENGTH_BYTES) {
                throw new WireFormatException(Problem.TRUNCATED, "the body ends within the length of a frame");
            }
            int length = FrameLimits.atMost(FrameCodec.MAX_FRAME_BYTES, left.getInt(), "bytes of frame");
            if (length > left.remaining()) {
                throw new WireFormatException(Problem.TRUNCATED,
                        "a frame of " + length + " bytes is announced, but only "
                                + left.remaining() + " follow");
            }
            FrameLimits.atMost(MAX_FRAMES, frames.size() + 1, "frames");
            byte[] frame = new byte[length];
            left.get(frame);
            frames.add(frame);
        }
        return frames;
    }
}
