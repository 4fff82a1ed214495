package io.sentinelmesh.agent.simulate;

/** Numbers that look random and follow from their key alone: the same key, the same numbers, whatever was drawn before. */
final class Draw {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1p-53;

    private Draw() {
    }

    /** The finishing step of SplitMix64: no two inputs have one output. */
    static long mix(long value) {
        long x = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    static long key(long first, long second, long third) {
        return next(next(mix(first + GOLDEN) ^ second) ^ third);
    }

    /** The number after this one. */
    static long next(long number) {
        return mix(number + GOLDEN);
    }

    /** 0 inclusive to 1 exclusive. */
    static double unit(long number) {
        return (number >>> 11) * UNIT;
    }
}
