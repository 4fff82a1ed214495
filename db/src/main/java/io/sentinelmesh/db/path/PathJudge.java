package io.sentinelmesh.db.path;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;

/**
 * What a trace means for what is known of its pair: nothing new, more of the same path, or another one. A path that cannot be the same way is
 * another one ({@link Path#agreesWith}): what did not answer is no change. Pure.
 */
public final class PathJudge {

    /** That an unchanged path was seen again is noted this often. */
    public static final Duration SEEN_AGAIN = Duration.ofHours(1);
    /** Beyond so many changes of one pair within {@link #RESTLESS_WITHIN}, the newest takes the place of the one before without a word. */
    public static final int MOST_CHANGES = 4;
    public static final Duration RESTLESS_WITHIN = Duration.ofHours(1);

    /** What is to be done. */
    public sealed interface Verdict {

        /** @param path in place of the pair's newest one */
        record Same(PairPath path) implements Verdict {
        }

        /** The first one of a pair. */
        record First(PairPath path) implements Verdict {
        }

        record Changed(PairPath before, PairPath path) implements Verdict {
        }

        /** Nothing is to be done. */
        record NothingNew() implements Verdict {
        }

        /** It is older than what is known. */
        record TooLate() implements Verdict {
        }
    }

    private PathJudge() {
    }

    /** @param newest of the pair, the newest first: {@link #MOST_CHANGES} of them if there are so many */
    public static Verdict judge(List<PairPath> newest, PathTrace trace) {
        if (newest.isEmpty()) {
            return new Verdict.First(PairPath.of(trace));
        }
        PairPath now = newest.getFirst();
        if (now.path().agreesWith(trace.path())) {
            return again(now, trace);
        }
        if (!trace.at().isAfter(now.lastSeen())) {
            return new Verdict.TooLate();
        }
        Instant recent = trace.at().minus(RESTLESS_WITHIN);
        boolean restless = newest.stream().filter(path -> path.since().isAfter(recent)).count() >= MOST_CHANGES;
        return restless
                ? new Verdict.Same(now.seen(trace, trace.path(), 1))
                : new Verdict.Changed(now, PairPath.of(trace));
    }

    private static Verdict again(PairPath now, PathTrace trace) {
        if (!trace.at().isAfter(now.lastSeen())) {
            return new Verdict.NothingNew();
        }
        Path merged = now.path().mergedWith(trace.path());
        boolean news = !merged.equals(now.path()) || trace.outcome() != now.outcome()
                || !trace.at().isBefore(now.lastSeen().plus(SEEN_AGAIN));
        return news ? new Verdict.Same(now.seen(trace, merged, 0)) : new Verdict.NothingNew();
    }

    /** The newest ones after this verdict. */
    public static List<PairPath> after(List<PairPath> newest, Verdict verdict) {
        Optional<PairPath> fresh = switch (verdict) {
            case Verdict.First(PairPath path) -> Optional.of(path);
            case Verdict.Changed(PairPath _, PairPath path) -> Optional.of(path);
            case Verdict.Same(PairPath path) -> Optional.of(path);
            case Verdict.NothingNew _,Verdict.TooLate _ -> Optional.empty();
        };
        if (fresh.isEmpty()) {
            return newest;
        }
        List<PairPath> after = new ArrayList<>(newest);
        if (verdict instanceof Verdict.Same) {
            after.removeFirst();
        }
        after.addFirst(fresh.get());
        return List.copyOf(after.subList(0, Math.min(MOST_CHANGES, after.size())));
    }
}
