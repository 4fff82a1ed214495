package io.sentinelmesh.aggregator.ingest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;

/**
 * Finds the batch that the database refuses for its content and keeps it from blocking all others for ever: each batch is tried alone, and one
 * that was refused {@value #MOST_TRIES} times, each time beside others that were taken, is given up: it becomes a dead letter. A database that
 * refuses everything (a full disk) proves nothing against any batch, so nothing is given up then.
 */
final class Isolation {

    static final int MOST_TRIES = 5;

    /**
     * @param settled may be acknowledged, in this order
     * @param remaining to be tried again, in this order
     */
    record Outcome(List<ReceivedBatch> settled, List<ReceivedBatch> remaining) {
    }

    /** Takes a batch that was refused so many times. */
    interface GiveUp {
        /** @return false if it could not be taken: it is tried again */
        boolean take(ReceivedBatch batch, int tries);
    }

    private record Boot(NodeId agent, UUID boot) {
    }

    private final Predicate<ReceivedBatch> append;
    private final BooleanSupplier databaseAway;
    private final GiveUp giveUp;
    private final IdentityHashMap<ReceivedBatch, Integer> refusals = new IdentityHashMap<>();
    private final Set<ReceivedBatch> done = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * @param append stores one batch; false if it was refused
     * @param databaseAway whether the database cannot be reached, so that a refusal says nothing
     */
    Isolation(Predicate<ReceivedBatch> append, BooleanSupplier databaseAway, GiveUp giveUp) {
        this.append = append;
        this.databaseAway = databaseAway;
        this.giveUp = giveUp;
    }

    /**
     * Tries every batch once, but none behind a refused one of its boot: the store knows only how far a boot has come, so the refused one would
     * be taken for a repeat of what it has and be lost without a word.
     */
    Outcome pass(List<ReceivedBatch> group) {
        List<ReceivedBatch> refused = new ArrayList<>();
        Set<Boot> held = new HashSet<>();
        boolean othersTaken = false;
        for (ReceivedBatch batch : group) {
            Boot boot = new Boot(batch.agent(), batch.boot());
            if (done.contains(batch) || held.contains(boot)) {
                continue;
            }
            if (append.test(batch)) {
                done.add(batch);
                othersTaken = true;
            } else if (databaseAway.getAsBoolean()) {
                break;
            } else {
                refused.add(batch);
                held.add(boot);
            }
        }
        if (othersTaken) {
            refused.forEach(this::countAgainst);
        }
        return split(group);
    }

    private void countAgainst(ReceivedBatch batch) {
        int tries = refusals.merge(batch, 1, Integer::sum);
        if (tries >= MOST_TRIES && giveUp.take(batch, tries)) {
            done.add(batch);
        }
    }

    /** Batches that it knows something of. */
    int remembered() {
        return done.size() + refusals.size();
    }

    /** An acknowledgement speaks for all batches before it, so one that is done waits for those of its boot that are not. */
    private Outcome split(List<ReceivedBatch> group) {
        List<ReceivedBatch> settled = new ArrayList<>();
        List<ReceivedBatch> remaining = new ArrayList<>();
        Set<Boot> held = new HashSet<>();
        for (ReceivedBatch batch : group) {
            Boot boot = new Boot(batch.agent(), batch.boot());
            if (done.contains(batch) && !held.contains(boot)) {
                settled.add(batch);
                // It comes here no more. An isolation may last for as long as no dead letter can be kept, with all of the traffic passing through it.
                done.remove(batch);
                refusals.remove(batch);
            } else {
                held.add(boot);
                remaining.add(batch);
            }
        }
        return new Outcome(settled, remaining);
    }
}
