package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A spool as it is on disk, seen from outside. Reads only, so it may look at the spool of an agent that runs; what that agent holds in memory is
 * not in it.
 *
 * @param runs processes whose rows wait, oldest first
 * @param oldest when the first row was made that is still on disk, settled or not
 */
public record SpoolInspection(SpoolBalance balance, List<Segment> segments, List<UUID> runs, Optional<Instant> oldest,
        Optional<Instant> newest, List<Damage> damage) {

    /** A running agent deletes segments: then everything is looked at again, this often at most. */
    private static final int TRIES = 5;

    /**
     * @param through number of the last row in it or before it
     * @param waiting of the rows in it
     */
    public record Segment(String file, long bytes, long through, Tally waiting) {
    }

    /** Bytes that are no record. */
    public record Damage(String file, long offset, long bytes) {
    }

    public static SpoolInspection of(Path folder) throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                return of(Recovery.of(folder));
            } catch (NoSuchFileException e) {
                if (attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static SpoolInspection of(Recovery found) {
        return new SpoolInspection(found.balance(), found.segments().stream().map(SpoolInspection::segment).toList(),
                List.copyOf(found.boots()), found.segments().stream().map(segment -> segment.oldestMicros)
                        .filter(micros -> micros != Long.MAX_VALUE).min(Long::compare).map(Micros::instant),
                found.segments().stream().map(segment -> segment.newestMicros)
                        .filter(micros -> micros != Long.MIN_VALUE).max(Long::compare).map(Micros::instant),
                found.damage().stream().map(
                        spot -> new Damage(String.valueOf(spot.file().getFileName()), spot.offset(), spot.bytes()))
                        .toList());
    }

    private static Segment segment(io.sentinelmesh.agent.spool.Segment segment) {
        return new Segment(String.valueOf(segment.file.getFileName()), segment.bytes, segment.end.rows(),
                segment.unread.rows());
    }
}
