package io.sentinelmesh.wire;

import java.io.IOException;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;

import io.sentinelmesh.wire.WireFormatException.Problem;

/**
 * Counts what a parser would make objects and arrays of, before it does: two bytes of content may be an empty node of a hundred, and eight
 * million of those do not fit. Allocates nothing that grows with the content.
 */
final class FieldScan {

    private final byte[] content;
    private final CodedInputStream in;
    private int fields;
    private int packedNumbers;

    private FieldScan(byte[] content) {
        this.content = content;
        this.in = CodedInputStream.newInstance(content);
    }

    /**
     * @throws WireFormatException if there is too much in it
     * @throws IOException if it is not protobuf
     */
    static void check(byte[] content, Descriptor type) throws IOException {
        new FieldScan(content).message(type);
    }

    private void message(Descriptor type) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            FrameLimits.atMost(FrameLimits.MAX_FIELDS, ++fields, "fields");
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT -> in.readRawVarint64();
                case WireFormat.WIRETYPE_FIXED64 -> in.readRawLittleEndian64();
                case WireFormat.WIRETYPE_FIXED32 -> in.readRawLittleEndian32();
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> lengthDelimited(type, WireFormat.getTagFieldNumber(tag));
                default -> throw new WireFormatException(Problem.INVALID_CONTENT,
                        "a protobuf group: this format has none");
            }
        }
    }

    private void lengthDelimited(Descriptor type, int number) throws IOException {
        int length = in.readRawVarint32();
        FieldDescriptor field = type.findFieldByNumber(number);
        if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            int outer = in.pushLimit(length);
            message(field.getMessageType());
            in.popLimit(outer);
            return;
        }
        int start = in.getTotalBytesRead();
        in.skipRawBytes(length);
        if (field != null && field.isPackable()) {
            countNumbers(start, length);
        }
    }

    /** A varint ends with the byte whose highest bit is clear. */
    private void countNumbers(int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (content[i] >= 0) {
                packedNumbers++;
            }
        }
        FrameLimits.atMost(FrameLimits.MAX_PACKED_NUMBERS, packedNumbers, "numbers in arrays");
    }
}
