package io.sentinelmesh.wire;

import java.util.List;

import com.google.protobuf.Internal.IntList;

import io.sentinelmesh.wire.WireFormatException.Problem;

/** A packed array of a row, from outside. */
record Column(String name, IntList values) {

    static Column of(String name, List<Integer> values) {
        // What protobuf keeps a packed array in; read as such because a thousand cells have ten values each.
        return new Column(name, (IntList) values);
    }

    /** One value for each cell, zeros at the end left out. */
    static Column forCells(int cells, String name, List<Integer> values) {
        if (values.size() > cells) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column " + name + " has " + values.size() + " values for " + cells + " cells");
        }
        return of(name, values);
    }

    int length() {
        return values.size();
    }

    /** A value which was left out is 0. */
    int at(int index) {
        return index < values.size() ? values.getInt(index) : 0;
    }

    /** The value at an index up to which the column has to go. */
    int required(int index) {
        if (index >= values.size()) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column " + name + " ends after " + values.size() + " values, but the row tells of more");
        }
        return values.getInt(index);
    }

    void requireAllRead(int read) {
        if (read != values.size()) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column " + name + " has " + values.size() + " values, but the row tells of only " + read);
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
