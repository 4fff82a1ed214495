package io.sentinelmesh.probe.pacing;

import java.util.Arrays;
import java.util.PriorityQueue;

/** Finds places in a circle for newcomers such that the widest gap becomes as narrow as the places already taken permit. */
final class PhaseSpread {

    private PhaseSpread() {
    }

    /**
     * @param taken ascending, each 0 to circle - 1
     * @return ascending places for {@code count} newcomers, each 0 to circle - 1
     */
    static long[] newcomers(long[] taken, int count, long circle) {
        long[] places = new long[count];
        if (taken.length == 0) {
            for (int i = 0; i < count; i++) {
                places[i] = circle * i / count;
            }
            return places;
        }
        PriorityQueue<Gap> widestFirst = new PriorityQueue<>();
        for (int i = 0; i < taken.length; i++) {
            long end = i + 1 < taken.length ? taken[i + 1] : taken[0] + circle;
            widestFirst.add(new Gap(taken[i], end - taken[i], 0));
        }
        for (int i = 0; i < count; i++) {
            Gap widest = widestFirst.remove();
            widestFirst.add(new Gap(widest.start, widest.width, widest.guests + 1));
        }
        int filled = 0;
        for (Gap gap : widestFirst) {
            for (int guest = 1; guest <= gap.guests; guest++) {
                places[filled++] = (gap.start + gap.width * guest / (gap.guests + 1)) % circle;
            }
        }
        Arrays.sort(places);
        return places;
    }

    /** @param guests newcomers that will stand in it, evenly */
    private record Gap(long start, long width, int guests) implements Comparable<Gap> {

        /** The one whose parts are widest comes first. */
        @Override
        public int compareTo(Gap other) {
            int byPart = Long.compare(other.width / (other.guests + 1), width / (guests + 1));
            return byPart != 0 ? byPart : Long.compare(start, other.start);
        }
    }
}
