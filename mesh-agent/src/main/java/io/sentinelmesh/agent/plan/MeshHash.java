package io.sentinelmesh.agent.plan;

import java.util.UUID;

/**
 * 64-bit hashes for rendezvous hashing (highest random weight: Thaler and Ravishankar, 1998). String.hashCode will not do: its 32 bits are not
 * mixed, so that names which differ in the last digit would be chosen in order. The numbers are part of the plan: every agent must know the same
 * ones, so they never change.
 */
final class MeshHash {

    /** The odd number next to 2^64 divided by the golden ratio: keeps neighbouring inputs far apart. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private MeshHash() {
    }

    /** The finishing step of SplitMix64: each bit of the input sways each bit of the output; no two inputs have one output. */
    static long mix(long value) {
        long x = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    static long of(long first, long second) {
        return mix(mix(first + GOLDEN) ^ (second * GOLDEN));
    }

    static long of(UUID id) {
        return of(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    static long of(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = of(hash, text.charAt(i));
        }
        return hash;
    }

    /** The same whichever comes first. */
    static long ofUnordered(long one, long other) {
        return one < other ? of(one, other) : of(other, one);
    }
}
