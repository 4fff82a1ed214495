package io.sentinelmesh.agent.spool;

import java.util.UUID;

/**
 * A batch to put on the link.
 *
 * @param frame as {@link io.sentinelmesh.wire.FrameCodec} made it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Outgoing(UUID boot, long sequence, byte[] frame) {
}
