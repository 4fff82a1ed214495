package io.sentinelmesh.agent.simulate;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.buffer.Buffer;

/** Frames of rounds. Any thread. */
final class BatchMaker {

    /** Of one batch; what an agent's spool puts into one. */
    static final int MOST_RESULTS = 8_000;
    static final int MOST_ROUNDS = 60;

    private static final HealthVerdict ILL = new HealthVerdict(List.of(Impairment.STOPPED));

    private final Rounds rounds;
    private final InstantSource clock;

    BatchMaker(Rounds rounds, InstantSource clock) {
        this.rounds = rounds;
        this.clock = clock;
    }

    /** Numbers of rounds that one batch holds, by how many destinations there are. */
    int roundsPerBatch() {
        return Math.clamp(MOST_RESULTS / Math.max(1, rounds.world().agents() - 1), 1, MOST_ROUNDS);
    }

    /**
     * @param live the newest view, made of the last round, if asked for
     */
    record Made(Buffer batch, Tally tally, Optional<Buffer> live) {
    }

    /** A batch of whole rounds by their numbers: round n begins n lengths after 1970. */
    Made batch(int agent, UUID boot, long sequence, List<Long> numbers, boolean withLive) {
        List<MatrixRow> rows = new ArrayList<>(numbers.size());
        Tally tally = Tally.NOTHING;
        Rounds.Row last = rounds.row(agent, numbers.getLast() * rounds.world().roundMicros());
        for (long number : numbers) {
            long at = number * rounds.world().roundMicros();
            List<PairResult> results = number == numbers.getLast() ? last.results() : rounds.row(agent, at).results();
            tally = tally.plus(Tally.of(results));
            rows.add(new MatrixRow(rounds.id(agent), ProbeKind.ICMP_ECHO, instant(at), rounds.world().roundLength(),
                    results));
        }
        Frame.Batch batch = new Frame.Batch(rounds.id(agent), boot, sequence, clock.instant(), List.of(), rows, 0);
        return new Made(Buffer.buffer(FrameCodec.encode(batch)), tally,
                withLive ? Optional.of(live(agent, last)) : Optional.empty());
    }

    /** The view of the round's worth of packets that ends now. */
    Buffer live(int agent) {
        long now = micros(clock.instant());
        return live(agent, rounds.row(agent, now - rounds.world().roundMicros()));
    }

    private Buffer live(int agent, Rounds.Row measured) {
        Instant now = clock.instant();
        List<LiveRow.Cell> cells = new ArrayList<>(measured.results().size());
        for (PairResult result : measured.results()) {
            cells.add(new LiveRow.Cell(result, new RecentFates(measured.lost(cells.size()), result.sent())));
        }
        LiveRow row = new LiveRow(rounds.id(agent), ProbeKind.ICMP_ECHO, now, rounds.world().roundLength(), cells);
        HealthVerdict verdict = rounds.isImpaired(agent, micros(now)) ? ILL : HealthVerdict.WELL;
        return Buffer.buffer(FrameCodec.encode(new Frame.Live(row, List.of(), verdict)));
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
