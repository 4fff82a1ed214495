package io.sentinelmesh.aggregator.link;

import java.time.Clock;
import java.time.Instant;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.NameTakenException;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.Future;

/** Enters an agent that said HELLO in the database and learns how far its batches are stored. */
final class Entrance {

    private static final Logger log = LoggerFactory.getLogger(Entrance.class);

    sealed interface Outcome {
        /**
         * @param lastSequence of this boot; empty if the database could not say
         */
        record Entered(OptionalLong lastSequence) implements Outcome {
        }

        record NameTaken(String message) implements Outcome {
        }

        record Unavailable(String message) implements Outcome {
        }
    }

    private final MeasurementStore store;
    private final BlockingCalls blocking;
    private final MeshThread mesh;
    private final Clock clock;

    Entrance(MeasurementStore store, BlockingCalls blocking, MeshThread mesh, Clock clock) {
        this.store = store;
        this.blocking = blocking;
        this.mesh = mesh;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    Future<Outcome> enter(Frame.Hello hello) {
        AgentRecord entry = new AgentRecord(hello.agent(), hello.softwareVersion(), hello.rung(), hello.remedy(),
                hello.boot(), hello.startedAt(), clock.instant(), false);
        return blocking.<Outcome> call(() -> {
            store.saveAgent(entry);
            return new Outcome.Entered(OptionalLong.of(store.lastSequence(hello.agent().id(), hello.boot())));
        }).recover(failure -> switch (failure) {
            case NameTakenException taken -> Future.succeededFuture(new Outcome.NameTaken(taken.getMessage()
                    + "; give this agent another name, or, if it replaces the other one, that one's data folder"));
            case StoreException away -> withoutDatabase(hello, String.valueOf(away.getMessage()));
            case TooBusyException busy -> withoutDatabase(hello, String.valueOf(busy.getMessage()));
            default -> Future.failedFuture(failure);
        });
    }

    /** The live view needs no database: an agent that is known under this name goes on being seen while the database is away. */
    private Future<Outcome> withoutDatabase(Frame.Hello hello, String why) {
        return mesh.ask(live -> live.agent(hello.agent().id())
                .filter(known -> known.node().name().equals(hello.agent().name())).isPresent()).map(known -> {
                    if (known) {
                        log.warn("Agent {} came while the database is away: {}", hello.agent().name(), why);
                        return new Outcome.Entered(OptionalLong.empty());
                    }
                    return new Outcome.Unavailable("the aggregator's database does not answer, so a new agent cannot "
                            + "be entered; try again later (" + why + ")");
                });
    }
}
