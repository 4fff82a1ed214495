package io.sentinelmesh.aggregator.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;

/** Where batches go that the database refuses for their content, and how they come out again. Every method may block. */
public final class DeadLetters {

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    /** What became of sending one again. */
    public sealed interface Replay {

        record Stored(long results) implements Replay {
        }

        /** It was stored by an earlier replay that did not come to its end. */
        record StoredBefore() implements Replay {
        }

        record NotThere() implements Replay {
        }

        /** It stays where it is. */
        record Refused(String reason) implements Replay {
        }
    }

    private static final String TOO_OLD = "all of its rounds are older than rounds are kept (--retention-raw)";

    private final MeasurementStore store;
    private final Consumer<Event> events;
    private final Clock clock;
    private final Counter kept;
    private final Counter dropped;
    private final Counter replayed;

    public DeadLetters(MeasurementStore store, Consumer<Event> events, MetricRegistry registry, Clock clock) {
        this.store = store;
        this.events = events;
        this.clock = clock;
        String name = "sentinel_dead_letters_total";
        String help = "Batches that the database refused for their content, by what became of them.";
        kept = registry.counter(name, "outcome=\"kept\"", help);
        dropped = registry.counter(name, "outcome=\"dropped\"", help);
        replayed = registry.counter(name, "outcome=\"replayed\"", help);
    }

    /**
     * From then on it may be acknowledged.
     *
     * @return false if the database did not take it even as a dead letter
     */
    boolean keep(ReceivedBatch batch, String reason, int tries) {
        int results = BatchQueue.resultsIn(batch.rows());
        try {
            byte[] content = FrameCodec.encode(new Frame.Batch(batch.agent(), batch.boot(), batch.sequence(),
                    clock.instant(), batch.endpoints(), batch.rows(), 0, Optional.empty(), batch.metrics(),
                    batch.traces()));
            dropped.add(store.deadLetters().add(batch, reason, clock.instant(), results, content));
        } catch (StoreException | WireFormatException failure) {
            log.warn("Batch {} of agent {}, boot {}, cannot be kept as a dead letter either; it is tried again: {}",
                    batch.sequence(), batch.agent(), batch.boot(), failure.getMessage());
            return false;
        }
        kept.increment();
        events.accept(new Event(clock.instant(), EventType.DEAD_LETTER, new Subject.Agent(batch.agent()),
                Map.of("boot", batch.boot().toString(), "sequence", "" + batch.sequence(), "results", "" + results,
                        "reason", reason)));
        log.error("Batch {} of agent {}, boot {}, with {} results was refused {} times while the database took others: "
                + "kept as a dead letter (GET /api/v1/dead-letters shows it and how to send it again): {}",
                batch.sequence(), batch.agent(), batch.boot(), results, tries, reason);
        return true;
    }

    /** Stores it once, however often it is called, and deletes it. */
    public Replay replay(long id) {
        Optional<DeadLetterStore.Kept> letter = store.deadLetters().content(id);
        if (letter.isEmpty()) {
            return new Replay.NotThere();
        }
        MeasurementStore.StoredCounts counts;
        try {
            if (!(FrameCodec.decode(letter.get().frame()) instanceof Frame.Batch batch)) {
                return new Replay.Refused("what was kept is no batch");
            }
            if (isTooOld(batch)) {
                // Not even tried: should the word be lost that nothing of it went in, the next try would take it for stored.
                return new Replay.Refused(TOO_OLD);
            }
            counts = store.append(List.of(again(batch, letter.get())));
            if (counts.stored() > 0 && counts.results() == 0 && BatchQueue.resultsIn(batch.rows()) > 0) {
                store.deadLetters().sentInVain(id);
                return new Replay.Refused(TOO_OLD);
            }
        } catch (StoreException | WireFormatException refused) {
            return new Replay.Refused(String.valueOf(refused.getMessage()));
        }
        store.deadLetters().delete(id);
        replayed.increment();
        return counts.stored() > 0 ? new Replay.Stored(counts.results()) : new Replay.StoredBefore();
    }

    /** As the store will find, but for what becomes too old in this moment. */
    private boolean isTooOld(Frame.Batch batch) {
        Instant oldest = clock.instant().minus(store.reads().retention().raw());
        return BatchQueue.resultsIn(batch.rows()) > 0
                && batch.rows().stream().allMatch(row -> row.roundStart().isBefore(oldest))
                && batch.metrics().stream().allMatch(metric -> metric.at().isBefore(oldest));
    }

    /** Under a name of its own: its boot has gone on, so by its old one it would be taken for a repeat. */
    private static ReceivedBatch again(Frame.Batch batch, DeadLetterStore.Kept kept) {
        String name = "dead letter " + batch.agent() + " " + batch.boot() + " " + batch.sequence() + " " + kept.vain();
        // What it had beside rounds went in at the first time.
        return new ReceivedBatch(batch.agent(), UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), 1,
                batch.endpoints(), batch.rows(), kept.vain() == 0 ? batch.metrics() : List.of(),
                kept.vain() == 0 ? batch.traces() : List.of(), kept.clockOffset());
    }
}
