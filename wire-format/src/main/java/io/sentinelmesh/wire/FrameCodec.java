package io.sentinelmesh.wire;

import java.io.IOException;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;

import io.sentinelmesh.wire.WireFormatException.Problem;
import io.sentinelmesh.wire.proto.Content;

/** Frames to bytes and back; see FORMAT.md. Stateless: any thread. */
public final class FrameCodec {

    public static final int FORMAT_VERSION = 1;

    /** Never raised: what a released version wrote is read by every later one. */
    public static final int OLDEST_FORMAT_VERSION = 1;

    /** What this program reads. */
    public static final FormatRange FORMATS = new FormatRange(OLDEST_FORMAT_VERSION, FORMAT_VERSION);

    /** A frame as it travels: what the receiver's WebSocket is told to take at most. */
    public static final int MAX_FRAME_BYTES = 1 << 20;

    /** Fields of a newer sender are dropped while parsing: kept, two bytes of them would cost dozens of memory. */
    private static final Parser<Content> PARSER = DiscardUnknownFieldsParser.wrap(Content.parser());

    private static final int MAX_CAUSE_LENGTH = 200;

    private FrameCodec() {
    }

    /**
     * Times keep whole microseconds, delays what {@link io.sentinelmesh.measurement.DelayCode} keeps of them.
     *
     * @throws WireFormatException {@code TOO_LARGE} if the frame does not fit {@link #MAX_FRAME_BYTES} or breaks one of {@link FrameLimits}:
     *             send fewer rows in one batch; {@code INVALID_CONTENT} if it holds a time beyond what 64 bits of microseconds can say
     */
    public static byte[] encode(Frame frame) {
        try {
            return Packing.pack(FrameWriter.contentOf(frame).toByteArray());
        } catch (ArithmeticException outOfRange) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "a time does not fit 64 bits of microseconds in " + frame.getClass().getSimpleName(), outOfRange);
        }
    }

    /**
     * @throws WireFormatException if the bytes are not a frame of a version we know, within every limit; never another exception, and never
     *             an allocation beyond the limits. {@code UNKNOWN_KIND}: a newer kind of frame, which a link passes over
     */
    public static Frame decode(byte[] bytes) {
        byte[] content = Packing.unpack(bytes);
        if (content.length == 0) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "the content is empty: no frame is in it");
        }
        try {
            FieldScan.check(content, Content.getDescriptor());
            return FrameReader.frameOf(PARSER.parseFrom(content));
        } catch (IOException notProtobuf) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "the content is not protobuf: " + loggable(notProtobuf), notProtobuf);
        } catch (IllegalArgumentException refusedValue) {
            throw new WireFormatException(Problem.INVALID_CONTENT, loggable(refusedValue), refusedValue);
        }
    }

    /** The message of a refused value may repeat what the other side sent: on one line, and short. */
    private static String loggable(Exception cause) {
        String message = String.valueOf(cause.getMessage());
        String line = message.codePoints().limit(MAX_CAUSE_LENGTH)
                .map(c -> Character.isLetterOrDigit(c) || (c >= ' ' && c <= '~') ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return line.length() < message.length() ? line + "..." : line;
    }
}
