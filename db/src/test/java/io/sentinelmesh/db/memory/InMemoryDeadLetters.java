package io.sentinelmesh.db.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.sentinelmesh.db.DeadLetter;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.ReceivedBatch;

/** As the real one. Thread-safe. */
public final class InMemoryDeadLetters implements DeadLetterStore {

    private record Kept(DeadLetter letter, byte[] content) {
    }

    private final TreeMap<Long, Kept> letters = new TreeMap<>();
    private final Consumer<ReceivedBatch> skip;
    private long last;

    /** @param skip is told of a batch that need not come again */
    public InMemoryDeadLetters(Consumer<ReceivedBatch> skip) {
        this.skip = skip;
    }

    @Override
    public synchronized int add(ReceivedBatch batch, String reason, Instant time, int results, byte[] content) {
        skip.accept(batch);
        boolean known = letters.values().stream().map(Kept::letter)
                .anyMatch(each -> each.agent().equals(batch.agent()) && each.boot().equals(batch.boot())
                        && each.sequence() == batch.sequence());
        if (known) {
            return 0;
        }
        letters.put(++last, new Kept(new DeadLetter(last, batch.agent(), batch.boot(), batch.sequence(), time,
                reason.substring(0, Math.min(reason.length(), MOST_REASON_LENGTH)), results, content.length),
                content));
        int dropped = 0;
        while (letters.size() > MOST_LETTERS || (letters.size() > 1 && bytes() > MOST_BYTES)) {
            letters.pollFirstEntry();
            dropped++;
        }
        return dropped;
    }

    private long bytes() {
        return letters.values().stream().mapToLong(kept -> kept.content.length).sum();
    }

    @Override
    public synchronized List<DeadLetter> list() {
        return letters.values().stream().map(Kept::letter).sorted(Comparator.comparing(DeadLetter::id).reversed())
                .toList();
    }

    @Override
    public synchronized Optional<byte[]> content(long id) {
        return Optional.ofNullable(letters.get(id)).map(Kept::content);
    }

    @Override
    public synchronized boolean delete(long id) {
        return letters.remove(id) != null;
    }
}
