package io.sentinelmesh.aggregator.event;

import java.util.Set;

import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.measurement.NodeId;

/**
 * What the timeline says of agents up to now.
 *
 * @param lost whose last word is that they were lost
 * @param impaired whose impairment began and did not end
 * @param clockWrong whose clock was wrong and was not noted as right since
 */
public record Noted(Set<NodeId> lost, Set<NodeId> impaired, Set<NodeId> clockWrong) {

    public static final Noted NOTHING = new Noted(Set.of(), Set.of(), Set.of());

    public Noted {
        lost = Set.copyOf(lost);
        impaired = Set.copyOf(impaired);
        clockWrong = Set.copyOf(clockWrong);
    }

    /**
     * May block.
     *
     * @throws io.sentinelmesh.db.StoreException if it cannot be read
     */
    public static Noted in(EventLog log) {
        return new Noted(
                log.lastNoted(EventType.LOST,
                        Set.of(EventType.JOIN, EventType.LEAVE, EventType.LOST, EventType.BACK)),
                log.lastNoted(EventType.IMPAIRMENT_BEGINS,
                        Set.of(EventType.IMPAIRMENT_BEGINS, EventType.IMPAIRMENT_ENDS, EventType.LEAVE)),
                log.lastNoted(EventType.CLOCK_WRONG, Set.of(EventType.CLOCK_WRONG, EventType.CLOCK_RIGHT)));
    }
}
