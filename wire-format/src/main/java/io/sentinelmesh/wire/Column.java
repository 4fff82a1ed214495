package io.sentinelmesh.wire;

import java.util.function.IntUnaryOperator;

import io.sentinelmesh.wire.WireFormatException.Problem;

/** A packed array of a row, from outside. */
record Column(String name, int length, IntUnaryOperator values) {

    /** One value for each cell, zeros at the end left out. */
    static Column forCells(int cells, String name, int length, IntUnaryOperator values) {
        if (length > cells) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column " + name + " has " + length + " values for " + cells + " cells");
        }
        return new Column(name, length, values);
    }

    /** A value which was left out is 0. */
    int at(int index) {
        return index < length ? values.applyAsInt(index) : 0;
    }

    /** The value at an index up to which the column has to go. */
    int required(int index) {
        if (index >= length) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column " + name + " ends after " + length + " values, but the row tells of more");
        }
        return values.applyAsInt(index);
    }

    void requireAllRead(int read) {
        if (read != length) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column " + name + " has " + length + " values, but the row tells of only " + read);
        }
    }

    /** For sums of untrusted numbers, so in 64 bits. */
    int within(int lowest, int highest, long value) {
        if (value < lowest || value > highest) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "column " + name + " comes to " + value
                    + ", which is not between " + lowest + " and " + highest);
        }
        return (int) value;
    }

    int unsignedWithin(int lowest, int highest, int value) {
        return within(lowest, highest, Integer.toUnsignedLong(value));
    }
}
