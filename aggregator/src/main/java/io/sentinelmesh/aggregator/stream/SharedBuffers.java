package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * One message for many sockets, outside the heap: of a buffer in the heap Netty makes a copy for each socket that it is written to, which cost three
 * times as much with a thousand of them (scripts/bench fanout). The memory is given back when the last socket has let go and the collector has seen it.
 */
public final class SharedBuffers {

    private SharedBuffers() {
    }

    /** Not to be changed by anybody. */
    public static Buffer of(byte[] message) {
        ByteBuffer direct = ByteBuffer.allocateDirect(message.length).put(message).flip();
        return BufferInternal.buffer(Unpooled.wrappedBuffer(direct));
    }
}
