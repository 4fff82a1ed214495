package io.sentinelmesh.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.sentinelmesh.wire.WireFormatException.Problem;

/** The outside of a frame: eight bytes of header, then the content, compressed where that pays. */
final class Packing {

    /** Magic (2), format version (1), encoding (1), length of the content before compression (4, little-endian). */
    static final int HEADER_BYTES = 8;
    static final byte MAGIC_0 = 'S';
    static final byte MAGIC_1 = 'M';
    static final byte PLAIN = 0;
    static final byte ZSTD = 1;

    /** Below this the gain is not worth a call into native code. */
    private static final int COMPRESS_FROM_BYTES = 256;

    /** Level 9 makes a batch 2 % smaller for five times the work. */
    private static final int ZSTD_LEVEL = 3;

    private Packing() {
    }

    static byte[] pack(byte[] content) {
        FrameLimits.atMost(FrameLimits.MAX_CONTENT_BYTES, content.length, "bytes of content");
        byte encoding = PLAIN;
        byte[] body = content;
        if (content.length >= COMPRESS_FROM_BYTES) {
            byte[] compressed = Zstd.compress(content, ZSTD_LEVEL);
            if (compressed.length < content.length) {
                encoding = ZSTD;
                body = compressed;
            }
        }
        FrameLimits.atMost(FrameCodec.MAX_FRAME_BYTES, HEADER_BYTES + body.length, "bytes of frame");
        return ByteBuffer.allocate(HEADER_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC_0).put(MAGIC_1)
                .put((byte) FrameCodec.FORMAT_VERSION).put(encoding).putInt(content.length).put(body).array();
    }

    static byte[] unpack(byte[] frame) {
        FrameLimits.atMost(FrameCodec.MAX_FRAME_BYTES, frame.length, "bytes of frame");
        checkStart(frame);
        if (frame.length < HEADER_BYTES) {
            throw new WireFormatException(Problem.TRUNCATED,
                    "the header has " + HEADER_BYTES + " bytes, but only " + frame.length + " came");
        }
        int length = FrameLimits.atMost(FrameLimits.MAX_CONTENT_BYTES,
                ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(4), "bytes of content");
        return switch (frame[3]) {
            case PLAIN -> plain(frame, length);
            case ZSTD -> decompressed(frame, length);
            default -> throw new WireFormatException(Problem.INVALID_CONTENT,
                    "unknown encoding " + Byte.toUnsignedInt(frame[3]) + " in the header: 0 is plain, 1 is zstd");
        };
    }

    /** What of magic and version is there: a short piece of something else is not called truncated. */
    private static void checkStart(byte[] frame) {
        if ((frame.length > 0 && frame[0] != MAGIC_0) || (frame.length > 1 && frame[1] != MAGIC_1)) {
            throw new WireFormatException(Problem.NOT_A_FRAME, "the first two bytes are not \"SM\"");
        }
        if (frame.length > 2 && !FrameCodec.FORMATS.includes(Byte.toUnsignedInt(frame[2]))) {
            throw new WireFormatException(Problem.UNSUPPORTED_VERSION, "format version " + Byte.toUnsignedInt(frame[2])
                    + " in the header, but " + FrameCodec.FORMATS + " is what is known here");
        }
    }

    private static byte[] plain(byte[] frame, int length) {
        int there = frame.length - HEADER_BYTES;
        if (there < length) {
            throw new WireFormatException(Problem.TRUNCATED,
                    "the header announces " + length + " bytes of content, but only " + there + " came");
        }
        if (there > length) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    there - length + " bytes follow the " + length + " bytes of content the header announces");
        }
        return Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
    }

    /** The target has the announced length, so a decompression bomb runs into its end instead of into our memory. */
    private static byte[] decompressed(byte[] frame, int length) {
        if (frame.length == HEADER_BYTES) { // of nothing, zstd makes nothing without complaint
            throw new WireFormatException(Problem.TRUNCATED, "the frame ends before its compressed content");
        }
        byte[] content = new byte[length];
        long there;
        try {
            there = Zstd.decompressByteArray(content, 0, length, frame, HEADER_BYTES, frame.length - HEADER_BYTES);
        } catch (ZstdException refused) {
            throw notDecompressed(length, refused);
        }
        if (there != length) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "the content decompresses to " + there
                    + " bytes, not to the " + length + " the header announces");
        }
        return content;
    }

    private static WireFormatException notDecompressed(int length, ZstdException cause) {
        long error = cause.getErrorCode();
        if (error == Zstd.errSrcSizeWrong()) {
            return new WireFormatException(Problem.TRUNCATED, "the compressed content ends too early", cause);
        }
        if (error == Zstd.errDstSizeTooSmall()) {
            return new WireFormatException(Problem.INVALID_CONTENT,
                    "the content decompresses to more than the " + length + " bytes the header announces", cause);
        }
        return new WireFormatException(Problem.INVALID_CONTENT,
                "the content does not decompress: " + cause.getMessage(),
                cause);
    }
}
