package io.sentinelmesh.wire;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import com.google.protobuf.ByteString;

import io.sentinelmesh.wire.WireFormatException.Problem;

/** Ids and times as the protobuf messages hold them. */
final class Scalars {

    static final int UUID_BYTES = 16;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private Scalars() {
    }

    static ByteString bytes(UUID uuid) {
        ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
        put(uuid, bytes);
        return ByteString.copyFrom(bytes.flip());
    }

    static void put(UUID uuid, ByteBuffer target) {
        target.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    static UUID uuid(ByteString bytes, String what) {
        if (bytes.size() != UUID_BYTES) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    what + " must have " + UUID_BYTES + " bytes, not " + bytes.size());
        }
        return uuid(bytes.asReadOnlyByteBuffer());
    }

    static UUID uuid(ByteBuffer source) {
        return new UUID(source.getLong(), source.getLong());
    }

    /**
     * Whole microseconds since 1970 UTC, rounded down.
     *
     * @throws ArithmeticException if 64 bits cannot say it
     */
    static long micros(Instant instant) {
        long second = instant.getEpochSecond();
        long micros = instant.getNano() / NANOS_PER_MICRO;
        if (second < 0) {
            // From the end of the second: its start may lie before what a long can say although the instant does not.
            return Math.addExact(Math.multiplyExact(second + 1, MICROS_PER_SECOND), micros - MICROS_PER_SECOND);
        }
        return Math.addExact(Math.multiplyExact(second, MICROS_PER_SECOND), micros);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS_PER_SECOND),
                Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
    }

    static long micros(Duration duration) {
        return duration.toNanos() / NANOS_PER_MICRO;
    }

    static Duration duration(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }
}
