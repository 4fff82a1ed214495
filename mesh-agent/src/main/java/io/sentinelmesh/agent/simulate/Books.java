package io.sentinelmesh.agent.simulate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BinaryOperator;

import io.sentinelmesh.measurement.PairResult;

/** What was acknowledged, by source: to be compared with what is stored. Any thread. */
final class Books {

    /** Results that are written down in full, for each source. */
    private static final int SAMPLES = 5;

    /** Of which is written down when they were handed over: three hours of a thousand agents every ten seconds. */
    private static final int MOST_LIVE_ROWS = 1 << 20;

    private final AtomicReferenceArray<Tally> bySource;
    private final AtomicLongArray lastRounds;
    private final Deque<LiveRowSent> liveRows = new ArrayDeque<>();

    private record LiveRowSent(int source, long atMicros) {
    }

    Books(int agents) {
        Tally[] nothing = new Tally[agents];
        Arrays.fill(nothing, Tally.NOTHING);
        bySource = new AtomicReferenceArray<>(nothing);
        lastRounds = new AtomicLongArray(agents);
    }

    /** @param lastRound of what is acknowledged, by its number: all of that source's before it are, too */
    void acknowledged(int source, Tally more, long lastRound) {
        BinaryOperator<Tally> sum = Tally::plus;
        bySource.accumulateAndGet(source, more, sum);
        lastRounds.set(source, lastRound);
    }

    /** A live row is handed to its socket. */
    void liveHandedOver(int source, long atMicros) {
        synchronized (liveRows) {
            if (liveRows.size() == MOST_LIVE_ROWS) {
                liveRows.removeFirst();
            }
            liveRows.addLast(new LiveRowSent(source, atMicros));
        }
    }

    Tally of(int source) {
        return bySource.get(source);
    }

    Tally all() {
        Tally all = Tally.NOTHING;
        for (int source = 0; source < bySource.length(); source++) {
            all = all.plus(bySource.get(source));
        }
        return all;
    }

    /**
     * Three kinds of lines with tabs between: {@code source NAME results sent received minSum maxSum}, and some results in full, {@code result SOURCE DESTINATION
     * roundStartMicros sent received min max} (-1 for a delay that there is none of), delays in microseconds, as the wire keeps them; and when the newest
     * million of live rows were handed to their sockets, {@code live NAME micros}.
     *
     * @param firstRound of all agents, by its number
     */
    void write(Path file, Rounds rounds, long firstRound) throws IOException {
        World world = rounds.world();
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            for (int source = 0; source < world.agents(); source++) {
                Tally tally = bySource.get(source);
                out.write(String.join("\t", "source", world.agentName(source), text(tally.results()),
                        text(tally.sent()), text(tally.received()), text(tally.minSum()), text(tally.maxSum()))
                        + "\n");
                long known = lastRounds.get(source) + 1 - firstRound;
                for (int sample = 0; sample < SAMPLES && known > 0 && world.agents() > 1; sample++) {
                    out.write(sample(rounds, source, sample, firstRound, known));
                }
            }
            synchronized (liveRows) {
                for (LiveRowSent row : liveRows) {
                    out.write(String.join("\t", "live", world.agentName(row.source()), text(row.atMicros())) + "\n");
                }
            }
        }
    }

    private static String sample(Rounds rounds, int source, int sample, long firstRound, long known) {
        World world = rounds.world();
        long draw = Draw.key(world.seed(), source, sample);
        long at = (firstRound + (long) (Draw.unit(draw) * known)) * world.roundMicros();
        if (rounds.isDown(source, at)) {
            return "";
        }
        List<PairResult> row = rounds.row(source, at).results();
        int cell = (int) (Draw.unit(Draw.next(draw)) * row.size());
        PairResult result = row.get(cell);
        boolean none = result.delays().isEmpty();
        return String.join("\t", "result", world.agentName(source), world.agentName(cell < source ? cell : cell + 1),
                text(at), text(result.sent()), text(result.received()),
                text(none ? -1 : Tally.kept(result.delays().minMicros())),
                text(none ? -1 : Tally.kept(result.delays().maxMicros()))) + "\n";
    }

    private static String text(long number) {
        return Long.toString(number);
    }
}
