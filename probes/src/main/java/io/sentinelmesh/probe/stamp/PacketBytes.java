package io.sentinelmesh.probe.stamp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in network byte order. */
final class PacketBytes {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private PacketBytes() {
    }

    static int unsignedByte(byte[] packet, int at) {
        return packet[at] & 0xff;
    }

    static int unsignedShort(byte[] packet, int at) {
        return (short) SHORT.get(packet, at) & 0xffff;
    }

    static int getInt(byte[] packet, int at) {
        return (int) INT.get(packet, at);
    }

    static long getLong(byte[] packet, int at) {
        return (long) LONG.get(packet, at);
    }

    static void putShort(byte[] packet, int at, int value) {
        SHORT.set(packet, at, (short) value);
    }

    static void putInt(byte[] packet, int at, int value) {
        INT.set(packet, at, value);
    }

    static void putLong(byte[] packet, int at, long value) {
        LONG.set(packet, at, value);
    }
}
