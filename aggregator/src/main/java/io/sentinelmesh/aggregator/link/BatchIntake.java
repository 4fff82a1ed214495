package io.sentinelmesh.aggregator.link;

import java.time.Instant;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.Clocks;
import io.sentinelmesh.aggregator.ingest.Credits;
import io.sentinelmesh.aggregator.ingest.IngestGate;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

/**
 * Brings batches from the links into the queue, and tells agents how many they may send. What comes within its agent's credit and finds no room is parked,
 * so that a database that is slow for a while costs no link. Mesh thread.
 */
final class BatchIntake {

    /** Ends a link that broke a rule, or for which there is no room at all. */
    interface Refusing {
        void refuse(AgentLink link, NodeId agent, Frame.Refusal.Code code, String words);
    }

    private static final Logger log = LoggerFactory.getLogger(BatchIntake.class);

    private final IngestGate gate;
    private final BatchQueue queue;
    private final Credits credits;
    private final Clocks clocks;
    private final LinkMetrics metrics;
    private final Refusing refusing;
    private final Grants<AgentLink> grants;
    private final ParkedBatches<AgentLink> parked;
    private int logged;

    BatchIntake(IngestGate gate, BatchQueue queue, Clocks clocks, LinkMetrics metrics, Refusing refusing) {
        this.gate = gate;
        this.queue = queue;
        this.credits = new Credits(queue.bounds().results());
        this.clocks = clocks;
        this.metrics = metrics;
        this.refusing = refusing;
        this.grants = new Grants<>(credits, (link, batches) -> link.send(new Frame.Credit(batches)));
        this.parked = new ParkedBatches<>(ParkedBatches.MOST_BYTES);
        metrics.parked(parked::batches, parked::bytes);
    }

    /** Tells it how many batches it may send. */
    void opened(AgentLink link) {
        grants.opened(link, fill());
    }

    void closed(AgentLink link) {
        grants.closed(link);
        parked.drop(link);
    }

    /** @param frame the same as it travelled */
    void take(AgentLink link, Frame.Batch told, byte[] frame, Instant arrived) {
        NodeId agent = told.agent();
        int results = BatchQueue.weight(told);
        if (parked.isEmpty() && queue.fits(results)) {
            offer(link, agent, clocks.received(told, arrived));
        } else if (parked.of(link) >= Credits.OPEN) {
            refusing.refuse(link, agent, Frame.Refusal.Code.OVERLOADED, IngestGate.BEYOND_CREDIT);
        } else if (!parked.park(link, new ParkedBatches.Parked(frame, arrived, results))) {
            refusing.refuse(link, agent, Frame.Refusal.Code.OVERLOADED, IngestGate.NO_ROOM);
        }
        adjust();
    }

    private void offer(AgentLink link, NodeId agent, ReceivedBatch batch) {
        switch (gate.offer(link.order, batch)) {
            case IngestGate.Verdict.Accepted _ -> credits.saw(BatchQueue.weight(batch));
            case IngestGate.Verdict.Repeated(OptionalLong acknowledge) -> {
                metrics.skippedBatches.increment();
                acknowledge.ifPresent(sequence -> link.send(new Frame.Ack(batch.boot(), sequence)));
            }
            case IngestGate.Verdict.OutOfOrder(long expected) ->
                refusing.refuse(link, agent, Frame.Refusal.Code.OUT_OF_ORDER,
                        "batch " + batch.sequence() + " came where " + expected + " was due");
            case IngestGate.Verdict.Overloaded(String reason) ->
                refusing.refuse(link, agent, Frame.Refusal.Code.OVERLOADED, reason);
        }
    }

    /** A batch that came without a link. */
    IngestGate.Verdict post(IngestGate.LinkOrder order, ReceivedBatch batch) {
        IngestGate.Verdict verdict = gate.offer(order, batch);
        adjust();
        return verdict;
    }

    /** There is room in the queue, perhaps: nothing is parked unless something is on its way to the database, after which this is called. */
    void settled() {
        while (parked.first().isPresent()) {
            ParkedBatches.Turn<AgentLink> turn = parked.first().get();
            if (!queue.fits(turn.batch().results())) {
                break;
            }
            parked.removeFirst();
            if (FrameCodec.decode(turn.batch().frame()) instanceof Frame.Batch told) {
                offer(turn.link(), told.agent(), clocks.received(told, turn.batch().arrived()));
            }
        }
        adjust();
    }

    /** Each tick. */
    void beat() {
        grants.beat(fill());
        sayHowMany();
    }

    private void adjust() {
        grants.adjust(fill());
        sayHowMany();
    }

    private double fill() {
        return parked.isEmpty() ? queue.fill() : 1;
    }

    private void sayHowMany() {
        if (credits.current() != logged) {
            logged = credits.current();
            log.info("Agents may now have {} batches under way", logged);
        }
    }

    /** No agent is to send more; what is parked stays with its agent. */
    void drain() {
        grants.end();
    }
}
