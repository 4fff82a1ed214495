package io.sentinelmesh.db.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.db.postgres.TierCheck;

/** Whether what a simulator's books say was acknowledged is what is stored, once, and whether the tiers are what the rounds come to. */
final class StoredCheck {

    /** Delays may be kept by offsets: the coarser of 1 us and 0.5 %. */
    private static final double DELAY_TOLERANCE = 0.005;
    private static final int MOST_SAMPLES = 300;

    private final Connection connection;
    private final Connection second;
    private final List<String[]> books;
    private boolean good = true;
    private long lost;
    private long twice;

    /**
     * @param books lines as {@code sentinel simulate --books} writes them
     * @param second a connection to the same database
     */
    StoredCheck(Connection connection, Connection second, Path books) throws IOException {
        this.connection = connection;
        this.second = second;
        this.books = Files.readAllLines(books).stream().map(line -> line.split("\t")).toList();
    }

    /**
     * Says on standard error what differs.
     *
     * @param results that were acknowledged
     * @param lost of these: not stored, added up over the sources
     * @param twice stored beyond what was acknowledged, added up over the sources
     * @param periods cells of the tiers that were compared
     */
    record Outcome(boolean good, long results, long lost, long twice, long periods) {
    }

    Outcome run() throws SQLException {
        TierCheck.Found found = TierCheck.compare(connection, second);
        found.differences().forEach(this::bad);
        Map<String, TierCheck.Totals> unclaimed = new HashMap<>(found.bySource());
        long results = 0;
        for (String[] line : books) {
            if (line[0].equals("source")) {
                results += Long.parseLong(line[2]);
                source(line, unclaimed);
            }
        }
        unclaimed.forEach((source, has) -> {
            twice += has.results();
            bad(source + ": " + has.results() + " results are stored, and it is not in the books");
        });
        samples(books.stream().filter(line -> line[0].equals("result")).toList());
        return new Outcome(good, results, lost, twice, found.periods());
    }

    /** Takes the line's source out of {@code unclaimed}. */
    private void source(String[] line, Map<String, TierCheck.Totals> unclaimed) {
        TierCheck.Totals stored = unclaimed.remove(line[1]);
        TierCheck.Totals has = stored == null ? new TierCheck.Totals(0, 0, 0, 0, 0) : stored;
        long beyond = has.results() - Long.parseLong(line[2]);
        lost += Math.max(0, -beyond);
        twice += Math.max(0, beyond);
        exactly(line[1], "results", line[2], has.results());
        exactly(line[1], "packets", line[3], has.sent());
        exactly(line[1], "answers", line[4], has.received());
        nearly(line[1], "shortest delays", line[5], has.minSum());
        nearly(line[1], "longest delays", line[6], has.maxSum());
    }

    private void exactly(String source, String what, String said, long stored) {
        if (stored != Long.parseLong(said)) {
            bad(source + ": " + stored + " " + what + " are stored, " + said + " were acknowledged");
        }
    }

    private void nearly(String source, String what, String said, long stored) {
        long want = Long.parseLong(said);
        if (Math.abs(stored - want) > want * DELAY_TOLERANCE) {
            bad(source + ": its " + what + " add up to " + stored + " us, acknowledged were " + said);
        }
    }

    private void bad(String words) {
        System.err.println(words);
        good = false;
    }

    /** Some results in full, by the view that people read. */
    private void samples(List<String[]> samples) throws SQLException {
        int step = Math.max(1, samples.size() / MOST_SAMPLES);
        try (PreparedStatement query = connection.prepareStatement("SELECT sent, received, coalesce(min_us, -1),"
                + " coalesce(max_us, -1) FROM v_results WHERE time = ? AND source = ? AND destination = ?")) {
            for (int i = 0; i < samples.size(); i += step) {
                String[] sample = samples.get(i);
                query.setObject(1, Instant.EPOCH.plus(Long.parseLong(sample[3]), ChronoUnit.MICROS)
                        .atOffset(ZoneOffset.UTC));
                query.setString(2, sample[1]);
                query.setString(3, sample[2]);
                try (ResultSet stored = query.executeQuery()) {
                    boolean same = stored.next();
                    for (int figure = 0; same && figure < 4; figure++) {
                        long want = Long.parseLong(sample[4 + figure]);
                        double tolerance = figure < 2 ? 0 : Math.max(1, want * DELAY_TOLERANCE);
                        same = Math.abs(stored.getLong(figure + 1) - want) <= tolerance;
                    }
                    if (!same || stored.next()) {
                        bad("not stored as it was sent: " + String.join(" ", sample));
                    }
                }
            }
        }
    }
}
