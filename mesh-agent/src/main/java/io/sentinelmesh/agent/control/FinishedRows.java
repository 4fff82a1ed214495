package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

/** {@code tail [json] [N]}: what was measured, as rounds end. Whoever reads too slowly loses rounds, and is told so; measuring never waits for it. */
public final class FinishedRows implements Order {

    public static final String WORD = "tail";

    /** So that some place is left for other questions. */
    static final int MOST_READERS = 3;
    /** Three kinds of rounds, ten times. */
    static final int MOST_WAITING_ROWS = 30;

    private record Reader(BlockingQueue<MatrixRow> rows, AtomicLong leftOut) {
    }

    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private final Function<NodeId, Optional<String>> names;

    /** @param names what people call a destination; asked by any thread */
    public FinishedRows(Function<NodeId, Optional<String>> names) {
        this.names = names;
    }

    /** Any thread; does not block, and costs nothing while nobody reads. */
    public void finished(MatrixRow row) {
        for (Reader reader : readers) {
            if (!reader.rows.offer(row)) {
                reader.leftOut.incrementAndGet();
            }
        }
    }

    @Override
    public int run(List<String> words, Answer answer) throws IOException, InterruptedException {
        Reader reader = new Reader(new ArrayBlockingQueue<>(MOST_WAITING_ROWS), new AtomicLong());
        synchronized (this) {
            if (readers.size() >= MOST_READERS) {
                answer.err(MOST_READERS + " others read along already: end one of them");
                return ControlSocket.BUSY;
            }
            readers.add(reader);
        }
        try {
            follow(reader, words.contains("json"), most(words), answer);
            return 0;
        } finally {
            readers.remove(reader);
        }
    }

    /** Results after which it ends by itself. */
    private static long most(List<String> words) {
        return words.stream().filter(word -> word.matches("[0-9]{1,9}")).findFirst().map(Long::parseLong)
                .orElse(Long.MAX_VALUE);
    }

    private void follow(Reader reader, boolean json, long most, Answer answer)
            throws IOException, InterruptedException {
        long left = most;
        while (left > 0) {
            @Nullable
            MatrixRow row = reader.rows.poll(1, TimeUnit.SECONDS);
            if (row == null) {
                answer.stillHere();
                continue;
            }
            for (PairResult result : row.results()) {
                if (left-- > 0) {
                    String name = names.apply(result.destination()).orElse(result.destination().toString());
                    answer.out(json ? json(row, result, name) : ResultText.of(row, result, name));
                }
            }
            long leftOut = reader.leftOut.getAndSet(0);
            if (leftOut > 0) {
                answer.err(leftOut + " rounds are left out here, as they came faster than they were read");
            }
        }
    }

    private static String json(MatrixRow row, PairResult result, String name) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roundStart", row.roundStart());
        fields.put("kind", ResultText.kind(row));
        fields.put("destination", result.destination());
        fields.put("name", name);
        fields.put("sent", result.sent());
        fields.put("received", result.received());
        fields.put("notSent", result.notSent());
        fields.put("medianMicros", ResultText.median(result));
        return Json.of(fields);
    }
}
