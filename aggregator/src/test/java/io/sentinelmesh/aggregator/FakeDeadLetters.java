package io.sentinelmesh.aggregator;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.sentinelmesh.db.DeadLetter;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreException;

/** As the real one. Thread-safe. */
final class FakeDeadLetters implements DeadLetterStore {

    private record Held(DeadLetter letter, Kept content) {
    }

    private final TreeMap<Long, Held> letters = new TreeMap<>();
    private final Consumer<ReceivedBatch> skip;
    private long last;
    private boolean losesTheNextWord;

    /** @param skip is told of a batch that need not come again */
    public FakeDeadLetters(Consumer<ReceivedBatch> skip) {
        this.skip = skip;
    }

    synchronized void loseTheNextWord() {
        losesTheNextWord = true;
    }

    @Override
    public synchronized int add(ReceivedBatch batch, String reason, Instant time, int results, byte[] content) {
        skip.accept(batch);
        boolean known = letters.values().stream().map(Held::letter)
                .anyMatch(each -> each.agent().equals(batch.agent()) && each.boot().equals(batch.boot())
                        && each.sequence() == batch.sequence());
        if (known) {
            return 0;
        }
        letters.put(++last, new Held(new DeadLetter(last, batch.agent(), batch.boot(), batch.sequence(), time,
                reason.substring(0, Math.min(reason.length(), MOST_REASON_LENGTH)), results, content.length),
                new Kept(content, batch.clockOffset(), 0)));
        int dropped = 0;
        while (letters.size() > MOST_LETTERS || (letters.size() > 1 && bytes() > MOST_BYTES)) {
            letters.pollFirstEntry();
            dropped++;
        }
        return dropped;
    }

    private long bytes() {
        return letters.values().stream().mapToLong(held -> held.content.frame().length).sum();
    }

    @Override
    public synchronized List<DeadLetter> list() {
        return letters.values().stream().map(Held::letter).sorted(Comparator.comparing(DeadLetter::id).reversed())
                .toList();
    }

    @Override
    public synchronized Optional<Kept> content(long id) {
        return Optional.ofNullable(letters.get(id)).map(Held::content);
    }

    @Override
    public synchronized void sentInVain(long id) {
        if (losesTheNextWord) {
            losesTheNextWord = false;
            throw new StoreException("the connection is lost");
        }
        letters.computeIfPresent(id, (_, held) -> new Held(held.letter,
                new Kept(held.content.frame(), held.content.clockOffset(), held.content.vain() + 1)));
    }

    @Override
    public synchronized boolean delete(long id) {
        return letters.remove(id) != null;
    }
}
