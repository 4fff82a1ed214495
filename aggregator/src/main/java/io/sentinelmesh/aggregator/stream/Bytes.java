package io.sentinelmesh.aggregator.stream;

import java.util.Arrays;

/** Little-endian numbers one after the other, in an array that grows and is used again. */
final class Bytes {

    private byte[] array = new byte[4_096];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    void reserve(int more) {
        if (length + more > array.length) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(length, more), array.length + array.length / 2));
        }
    }

    void u8(int value) {
        reserve(1);
        array[length++] = (byte) value;
    }

    void u16(int value) {
        reserve(2);
        array[length++] = (byte) value;
        array[length++] = (byte) (value >>> 8);
    }

    void u32(long value) {
        u16((int) value);
        u16((int) (value >>> 16));
    }

    void f64(double value) {
        long bits = Double.doubleToRawLongBits(value);
        u32(bits);
        u32(bits >>> 32);
    }

    void bytes(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, array, length, more.length);
        length += more.length;
    }

    void setU8(int at, int value) {
        array[at] = (byte) value;
    }

    void setU32(int at, long value) {
        for (int i = 0; i < 4; i++) {
            array[at + i] = (byte) (value >>> (8 * i));
        }
    }

    byte[] toArray() {
        return Arrays.copyOf(array, length);
    }
}
