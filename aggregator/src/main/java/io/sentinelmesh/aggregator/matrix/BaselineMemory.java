package io.sentinelmesh.aggregator.matrix;

import java.util.HashMap;
import java.util.Map;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * The baselines a new cell starts from: what the database remembers, and what a pair had before it went away for a while. A pair takes 14 bytes in
 * a table that is a third to two thirds full, and each node is written down once.
 */
public final class BaselineMemory {

    /** One million pairs, which is a full mesh of 1000 agents; beyond it a pair learns afresh. */
    static final int MOST_PAIRS = 1_000_000;

    private static final int FIRST_CAPACITY = 64;
    /** 2^64 by the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final long FREE = 0;

    private final Map<NodeId, Integer> numbers = new HashMap<>();
    private long[] keys = new long[FIRST_CAPACITY];
    private float[] micros = new float[FIRST_CAPACITY];
    private char[] rounds = new char[FIRST_CAPACITY];
    private int pairs;

    public void remember(NodeId source, NodeId destination, ProbeKind kind, Baseline baseline) {
        if (baseline.rounds() == 0 || numbers.size() >= NodeTable.MOST_NODES - 2) {
            return;
        }
        long key = key(number(source), number(destination), kind);
        int at = find(key);
        if (keys[at] == FREE) {
            if (pairs == MOST_PAIRS) {
                return;
            }
            if (++pairs * 3L > keys.length * 2L) {
                resize(keys.length * 2);
                at = find(key);
            }
            keys[at] = key;
        }
        micros[at] = (float) baseline.micros();
        rounds[at] = (char) Math.min(baseline.rounds(), Character.MAX_VALUE);
    }

    /** Hands out what is remembered and forgets it here: from now on the cell carries it. */
    Baseline take(NodeId source, NodeId destination, ProbeKind kind) {
        Integer from = numbers.get(source);
        Integer to = numbers.get(destination);
        if (from == null || to == null) {
            return Baseline.UNKNOWN;
        }
        int at = find(key(from, to, kind));
        if (keys[at] == FREE) {
            return Baseline.UNKNOWN;
        }
        Baseline kept = new Baseline(micros[at], rounds[at]);
        remove(at);
        if (--pairs < keys.length / 8 && keys.length > FIRST_CAPACITY) {
            resize(keys.length / 4);
        }
        return kept;
    }

    int pairs() {
        return pairs;
    }

    private int number(NodeId node) {
        return numbers.computeIfAbsent(node, _ -> numbers.size());
    }

    /** Never {@link #FREE}, for kinds are numbered from 1. */
    private static long key(int source, int destination, ProbeKind kind) {
        return (long) kind.number() << 32 | (long) source << 16 | destination;
    }

    /** Where the key stands, or the free place where it belongs. */
    private int find(long key) {
        int at = place(key);
        while (keys[at] != FREE && keys[at] != key) {
            at = (at + 1) & (keys.length - 1);
        }
        return at;
    }

    private int place(long key) {
        return (int) ((key * SPREAD) >>> Long.numberOfLeadingZeros(keys.length - 1));
    }

    /** Moves up whatever was pushed on by the one that goes, so that nothing is looked for in vain behind a gap. */
    private void remove(int gap) {
        int mask = keys.length - 1;
        for (int at = (gap + 1) & mask; keys[at] != FREE; at = (at + 1) & mask) {
            int home = place(keys[at]);
            if (((at - home) & mask) >= ((at - gap) & mask)) {
                keys[gap] = keys[at];
                micros[gap] = micros[at];
                rounds[gap] = rounds[at];
                gap = at;
            }
        }
        keys[gap] = FREE;
    }

    private void resize(int capacity) {
        long[] oldKeys = keys;
        float[] oldMicros = micros;
        char[] oldRounds = rounds;
        keys = new long[capacity];
        micros = new float[capacity];
        rounds = new char[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                micros[at] = oldMicros[i];
                rounds[at] = oldRounds[i];
            }
        }
    }
}
