package io.sentinelmesh.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import com.github.luben.zstd.Zstd;

/** Content of any kind behind a header that is in order, to get at what comes after the header. Written apart from {@link Packing}. */
final class Wrapped {

    private static final int LENGTH_AT = 4;

    private Wrapped() {
    }

    static byte[] plain(byte[] content) {
        return frame(0, content.length, content);
    }

    static byte[] compressed(byte[] content) {
        return frame(1, content.length, Zstd.compress(content));
    }

    static byte[] frame(int encoding, int announcedLength, byte[] body) {
        return ByteBuffer.allocate(8 + body.length).order(ByteOrder.LITTLE_ENDIAN).put((byte) 'S').put((byte) 'M')
                .put((byte) 1).put((byte) encoding).putInt(announcedLength).put(body).array();
    }

    static int announcedLength(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(LENGTH_AT);
    }

    static void announce(int length, byte[] frame) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_AT, length);
    }
}
