package io.sentinelmesh.db.metric;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.db.metric.MetricHistory.Point;

/** Puts rows of one series, whatever tier they come from and in the order of their time, together to steps. */
public final class MetricSteps {

    /** As {@code date_bin}'s origin in the rollups: a step of whole hours is whole rows of the tier. */
    private static final Instant ORIGIN = Instant.parse("2000-01-01T00:00:00Z");

    private final long stepSeconds;
    private final List<Point> points = new ArrayList<>();

    public MetricSteps(Duration step) {
        this.stepSeconds = step.toSeconds();
    }

    /** @return whether it began a new step */
    public boolean add(Point row) {
        long since = row.start().getEpochSecond() - ORIGIN.getEpochSecond();
        Instant start = ORIGIN.plusSeconds(Math.floorDiv(since, stepSeconds) * stepSeconds);
        if (points.isEmpty() || !points.getLast().start().equals(start)) {
            points.add(at(start, row));
            return true;
        }
        points.set(points.size() - 1, sum(points.getLast(), row));
        return false;
    }

    private static Point at(Instant start, Point row) {
        return new Point(start, row.count(), row.sum(), row.min(), row.max(), row.last(), row.lastAt(), row.counts());
    }

    private static Point sum(Point before, Point row) {
        boolean later = !row.lastAt().isBefore(before.lastAt());
        Point last = later ? row : before;
        return new Point(before.start(), before.count() + row.count(), before.sum() + row.sum(),
                Math.min(before.min(), row.min()), Math.max(before.max(), row.max()), last.last(), last.lastAt(),
                last.counts());
    }

    public List<Point> finish() {
        return List.copyOf(points);
    }
}
