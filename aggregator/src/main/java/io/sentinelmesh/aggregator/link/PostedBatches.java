package io.sentinelmesh.aggregator.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

import io.sentinelmesh.aggregator.ingest.IngestGate;
import io.sentinelmesh.aggregator.ingest.Received;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Batches that come one by one, without a link: each is answered when it is durable. The state is the mesh thread's. */
public final class PostedBatches {

    /** A commit takes milliseconds; this long only if the database is away. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    static final int MOST_WAITING = 1_000;
    /** Runs of senders whose order is known; of one that is forgotten, any sequence is taken as the next. */
    static final int MOST_BOOTS = 10_000;

    /** What became of one. */
    public sealed interface Outcome {

        /** Every batch of its boot up to this sequence is durable. */
        record Stored(long through) implements Outcome {
        }

        record OutOfOrder(long expected) implements Outcome {
        }

        record Overloaded(String reason) implements Outcome {
        }

        /** It may become durable yet: to be sent again, which is harmless. */
        record Late() implements Outcome {
        }
    }

    private record Run(NodeId agent, UUID boot) {
    }

    private record Waiting(Run run, long sequence, Promise<Outcome> promise) {
    }

    private final Vertx vertx;
    private final MeshThread mesh;
    private final AgentLinks links;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Run, IngestGate.LinkOrder> orders = new LinkedHashMap<>(16, 0.75f, true);

    PostedBatches(Vertx vertx, MeshThread mesh, AgentLinks links) {
        this.vertx = vertx;
        this.mesh = mesh;
        this.links = links;
    }

    /**
     * Any event loop; answered there.
     *
     * @param sender entered if it is not known
     * @param stored how far the store has this boot
     */
    public Future<Outcome> offer(AgentRecord sender, Frame.Batch batch, OptionalLong stored) {
        Promise<Outcome> promise = Promise.promise();
        Context asker = vertx.getOrCreateContext();
        long timer = vertx.setTimer(ANSWER_WITHIN.toMillis(), _ -> promise.tryComplete(new Outcome.Late()));
        mesh.execute(() -> {
            Promise<Outcome> onMesh = Promise.promise();
            onMesh.future().onSuccess(outcome -> asker.runOnContext(_ -> {
                vertx.cancelTimer(timer);
                promise.tryComplete(outcome);
            }));
            enter(sender, batch, stored, onMesh);
        });
        return promise.future();
    }

    private void enter(AgentRecord sender, Frame.Batch batch, OptionalLong stored, Promise<Outcome> answer) {
        Run run = new Run(batch.agent(), batch.boot());
        waiting.removeIf(each -> each.promise.future().isComplete());
        if (waiting.size() >= MOST_WAITING) {
            answer.complete(new Outcome.Overloaded(MOST_WAITING + " batches wait for the database: try again later"));
            return;
        }
        IngestGate.LinkOrder order = orders.computeIfAbsent(run, _ -> new IngestGate.LinkOrder());
        if (orders.size() > MOST_BOOTS) {
            Iterator<Run> eldest = orders.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        switch (links.post(order, sender, Received.of(batch), stored)) {
            case IngestGate.Verdict.Accepted _ -> waiting.add(new Waiting(run, batch.sequence(), answer));
            case IngestGate.Verdict.Repeated(OptionalLong through) when through.isPresent() ->
                answer.complete(new Outcome.Stored(through.getAsLong()));
            // It came before, and is not durable yet.
            case IngestGate.Verdict.Repeated _ -> waiting.add(new Waiting(run, batch.sequence(), answer));
            case IngestGate.Verdict.OutOfOrder(long expected) -> answer.complete(new Outcome.OutOfOrder(expected));
            case IngestGate.Verdict.Overloaded(String reason) -> answer.complete(new Outcome.Overloaded(reason));
        }
    }

    /** Mesh thread, after {@link AgentLinks#settled}. */
    public void settled() {
        waiting.removeIf(each -> {
            long through = links.committedThrough(each.run.agent, each.run.boot);
            return through >= each.sequence && each.promise.tryComplete(new Outcome.Stored(through));
        });
    }
}
