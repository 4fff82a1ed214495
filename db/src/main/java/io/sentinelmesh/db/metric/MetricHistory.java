package io.sentinelmesh.db.metric;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One series over a while.
 *
 * @param bounds of a histogram; empty for others
 * @param points oldest first; a step in which nothing was read is absent
 */
public record MetricHistory(String name, String unit, MetricType type, Map<String, String> labels, List<Double> bounds,
        List<Point> points) {

    public MetricHistory {
        labels = Map.copyOf(labels);
        bounds = List.copyOf(bounds);
        points = List.copyOf(points);
    }

    /**
     * One step. The figures are exact, whichever tier they come from.
     *
     * @param count readings
     * @param sum of the readings
     * @param last of the step; of a counter or histogram all that is needed, and with {@code lastAt} what its rate is made from
     * @param counts of a histogram, the last; empty for others
     */
    public record Point(Instant start, long count, double sum, double min, double max, double last, Instant lastAt,
            List<Long> counts) {

        public Point {
            counts = List.copyOf(counts);
        }

        public double mean() {
            return sum / count;
        }
    }
}
