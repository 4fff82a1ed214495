package io.sentinelmesh.aggregator.ingest;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;

/**
 * Lets batches into the queue in the order of their sequence, once each, and knows how far each boot of each agent is committed. Called by the
 * mesh thread only.
 *
 * <p>
 * On one link the sequence of a boot may only go on by one. The first batch of a boot on a link may have any sequence: the agent may have
 * had to drop what it could not keep. What was let in before, on this link or an older one, is not let in twice.
 */
public final class IngestGate {

    public static final String NO_ROOM = "the database does not keep up; keep this batch and try again later";

    /** Why a batch is refused that an agent may not send yet. */
    public static final String BEYOND_CREDIT = "more than " + Credits.OPEN
            + " batches without acknowledgement: an agent sends only as many as its credit";

    /** A spool that outlives its agent's process sends older boots too; a handful is remembered, older ones are left to the store's own look. */
    static final int BOOTS_PER_AGENT = 8;

    public sealed interface Verdict {
        /** In the queue; it will be acknowledged after the commit. */
        record Accepted() implements Verdict {
        }

        /** Known already; if committed, up to {@code acknowledge}. */
        record Repeated(OptionalLong acknowledge) implements Verdict {
        }

        record OutOfOrder(long expected) implements Verdict {
        }

        /** No room; the agent keeps it. */
        record Overloaded(String reason) implements Verdict {
        }
    }

    /** What one link has sent so far: the next sequence of each boot. */
    public static final class LinkOrder {
        private final Map<UUID, Long> next = new HashMap<>();
    }

    private static final class Progress {
        long accepted;
        long committed;
        int underWay;
    }

    private final BatchQueue queue;
    private final Map<NodeId, LinkedHashMap<UUID, Progress>> agents = new HashMap<>();

    public IngestGate(BatchQueue queue) {
        this.queue = queue;
    }

    /** What the store has of a boot, looked up when its agent came. */
    public void stored(NodeId agent, UUID boot, long lastSequence) {
        Progress progress = progress(agent, boot);
        progress.committed = Math.max(progress.committed, lastSequence);
        progress.accepted = Math.max(progress.accepted, lastSequence);
    }

    /** The highest committed sequence known of a boot; 0 if none. */
    public long committedThrough(NodeId agent, UUID boot) {
        return progress(agent, boot).committed;
    }

    public Verdict offer(LinkOrder link, ReceivedBatch batch) {
        long sequence = batch.sequence();
        Long next = link.next.get(batch.boot());
        if (next != null && sequence > next) {
            return new Verdict.OutOfOrder(next);
        }
        Progress progress = progress(batch.agent(), batch.boot());
        if (sequence <= progress.accepted) {
            link.next.merge(batch.boot(), sequence + 1, Math::max);
            return new Verdict.Repeated(sequence <= progress.committed
                    ? OptionalLong.of(progress.committed)
                    : OptionalLong.empty());
        }
        if (link.next.size() >= BOOTS_PER_AGENT && next == null) {
            return new Verdict.Overloaded("more than " + BOOTS_PER_AGENT + " boots on one link");
        }
        // Whatever becomes of it, this one is due now: were it refused and a later one taken, its acknowledgement would speak for both.
        link.next.putIfAbsent(batch.boot(), sequence);
        if (underWay(batch.agent()) >= Credits.OPEN) {
            return new Verdict.Overloaded(BEYOND_CREDIT);
        }
        if (!queue.offer(batch)) {
            return new Verdict.Overloaded(NO_ROOM);
        }
        link.next.put(batch.boot(), sequence + 1);
        progress.accepted = sequence;
        progress.underWay++;
        return new Verdict.Accepted();
    }

    /** The store has it now (or it is given up): counts towards what may be acknowledged. */
    public void committed(ReceivedBatch batch) {
        Progress progress = progress(batch.agent(), batch.boot());
        progress.committed = Math.max(progress.committed, batch.sequence());
        progress.accepted = Math.max(progress.accepted, batch.sequence());
        progress.underWay = Math.max(0, progress.underWay - 1);
    }

    /** Of all its boots: a spool has older ones too, and a credit is for all of them. */
    private int underWay(NodeId agent) {
        LinkedHashMap<UUID, Progress> boots = agents.getOrDefault(agent, new LinkedHashMap<>());
        return boots.values().stream().mapToInt(progress -> progress.underWay).sum();
    }

    private Progress progress(NodeId agent, UUID boot) {
        LinkedHashMap<UUID, Progress> boots = agents.computeIfAbsent(agent, _ -> new LinkedHashMap<>());
        Progress known = boots.get(boot);
        if (known != null) {
            return known;
        }
        if (boots.size() >= BOOTS_PER_AGENT) {
            boots.entrySet().stream().filter(entry -> entry.getValue().underWay == 0).findFirst()
                    .ifPresent(entry -> boots.remove(entry.getKey()));
        }
        Progress made = new Progress();
        boots.put(boot, made);
        return made;
    }
}
