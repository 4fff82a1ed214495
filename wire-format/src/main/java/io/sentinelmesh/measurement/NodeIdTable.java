package io.sentinelmesh.measurement;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * From a node's id to a number that is not negative. An open hash over columns of longs: a mesh of 1,000 nodes looks 200,000 ids up in a second, and
 * a map of objects goes through three places in memory for each. For one thread, or never changed once others see it.
 */
public final class NodeIdTable {

    public static final int ABSENT = -1;

    private static final int FIRST_CAPACITY = 16;

    /** Ids come from outside: without it, whoever chooses them could choose such that all fall on one place. */
    private final long seed;
    private long[] high;
    private long[] low;
    /** {@link #ABSENT}: a free place. */
    private int[] numbers;
    private int size;

    public NodeIdTable() {
        this(ThreadLocalRandom.current().nextLong(), new long[FIRST_CAPACITY], new long[FIRST_CAPACITY],
                new int[FIRST_CAPACITY], 0);
        Arrays.fill(numbers, ABSENT);
    }

    private NodeIdTable(long seed, long[] high, long[] low, int[] numbers, int size) {
        this.seed = seed;
        this.high = high;
        this.low = low;
        this.numbers = numbers;
        this.size = size;
    }

    public NodeIdTable copy() {
        return new NodeIdTable(seed, high.clone(), low.clone(), numbers.clone(), size);
    }

    /** @return its number, or {@link #ABSENT} */
    public int get(NodeId id) {
        return numbers[placeOf(id.value().getMostSignificantBits(), id.value().getLeastSignificantBits())];
    }

    /** Enters an id, or gives it another number. */
    public void put(NodeId id, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("a number of a node is not negative: " + number);
        }
        if (2 * (size + 1) > numbers.length) {
            grow();
        }
        put(id.value().getMostSignificantBits(), id.value().getLeastSignificantBits(), number);
    }

    public int size() {
        return size;
    }

    private void put(long idHigh, long idLow, int number) {
        int place = placeOf(idHigh, idLow);
        if (numbers[place] == ABSENT) {
            high[place] = idHigh;
            low[place] = idLow;
            size++;
        }
        numbers[place] = number;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        int[] oldNumbers = numbers;
        high = new long[2 * oldHigh.length];
        low = new long[2 * oldLow.length];
        numbers = new int[2 * oldNumbers.length];
        Arrays.fill(numbers, ABSENT);
        size = 0;
        for (int place = 0; place < oldNumbers.length; place++) {
            if (oldNumbers[place] != ABSENT) {
                put(oldHigh[place], oldLow[place], oldNumbers[place]);
            }
        }
    }

    /** Where the id stands, or the free place where it would. */
    private int placeOf(long idHigh, long idLow) {
        int mask = numbers.length - 1;
        int place = hash(idHigh, idLow) & mask;
        while (numbers[place] != ABSENT && (low[place] != idLow || high[place] != idHigh)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** Two rounds of multiplying and folding, with the finalizer's constants of MurmurHash3. */
    private int hash(long idHigh, long idLow) {
        long mixed = (idHigh ^ seed) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 32) ^ idLow) * 0xc4ceb9fe1a85ec53L;
        return (int) (mixed ^ (mixed >>> 32));
    }
}
