package io.sentinelmesh.aggregator.upkeep;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.roster.AgentState;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.Tiers.Tier;
import io.sentinelmesh.db.Tiers.TierSpace;
import io.sentinelmesh.measurement.NodeId;

/** Does on a thread of its own, which may block, what the store needs now and then. */
public final class StoreUpkeep implements Runnable {

    /** How old an answer of the health page about the database may be. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    static final Duration TOUCH_EVERY = Duration.ofSeconds(30);
    static final Duration MAINTAIN_EVERY = Duration.ofHours(1);
    /** How much room the tiers take. */
    static final Duration MEASURE_EVERY = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(StoreUpkeep.class);

    private record Touched(Instant lastSeen, boolean left) {
    }

    private final MeasurementStore store;
    private final Supplier<List<AgentView>> agents;
    private final Clock clock;
    private final Map<NodeId, Touched> written = new HashMap<>();
    private final BlockingQueue<Boolean> stop = new LinkedBlockingQueue<>(1);
    private volatile String trouble = "";
    private Instant touched;
    private Instant maintained = Instant.MIN;
    private Instant measured = Instant.MIN;
    private Instant saidNotSummed = Instant.MIN;
    private volatile List<TierSpace> space = List.of();

    /**
     * @param agents the roster's agents at this moment; may block
     */
    public StoreUpkeep(MeasurementStore store, Supplier<List<AgentView>> agents, Clock clock) {
        this.store = store;
        this.agents = agents;
        this.clock = clock;
        this.touched = clock.instant();
    }

    /** Until {@link #stop}. */
    @Override
    public void run() {
        try {
            do {
                carefully();
            } while (stop.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS) == null);
            touchAgents(true);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** This loop must outlive anything that goes wrong in one turn of it: the health page believes what it says. */
    private void carefully() {
        try {
            once();
        } catch (Throwable failure) {
            // Errors too: nobody else looks after it.
            log.warn("Looking after the database failed; next try in {} s", LOOK_EVERY.toSeconds(), failure);
            trouble = "looking after it failed: " + failure;
        }
    }

    private void once() {
        trouble = store.trouble().orElse("");
        if (!trouble.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        if (now.isAfter(touched.plus(TOUCH_EVERY))) {
            touched = now;
            touchAgents(false);
        } else {
            touchThoseThatTurned();
        }
        if (maintained.equals(Instant.MIN) || now.isAfter(maintained.plus(MAINTAIN_EVERY))) {
            maintained = now;
            maintain(now);
        }
        sumUp(now);
        if (measured.equals(Instant.MIN) || now.isAfter(measured.plus(MEASURE_EVERY))) {
            measured = now;
            measure(now);
        }
    }

    /** A bounded amount each turn: what is left goes with the next. */
    private void sumUp(Instant now) {
        try {
            store.tiers().rollUp(now);
        } catch (StoreException failure) {
            if (saidNotSummed.equals(Instant.MIN) || now.isAfter(saidNotSummed.plus(TOUCH_EVERY))) {
                saidNotSummed = now;
                log.warn("Minutes and hours could not be summed up; tried again every {} s", LOOK_EVERY.toSeconds(),
                        failure);
            }
        }
    }

    private void measure(Instant now) {
        try {
            space = store.tiers().space(now);
        } catch (StoreException failure) {
            log.warn("Could not see how much room the tiers take: {}", failure.getMessage());
        }
    }

    /** How much room each tier took at the last look; empty before the first. Any thread. */
    public Optional<TierSpace> space(Tier tier) {
        return space.stream().filter(each -> each.tier() == tier).findFirst();
    }

    private void maintain(Instant now) {
        try {
            store.maintain(now);
        } catch (StoreException failure) {
            log.warn("The database could not be maintained; next try in an hour", failure);
        }
    }

    private void touchAgents(boolean last) {
        agents.get().forEach(agent -> touch(agent, last ? "at the end" : "in passing"));
    }

    /** A goodbye is written at once: after a restart it decides whether an agent's silence is an alarm. */
    private void touchThoseThatTurned() {
        for (AgentView agent : agents.get()) {
            Touched before = written.get(agent.node().id());
            if (before == null || before.left != left(agent)) {
                touch(agent, "as it left or came");
            }
        }
    }

    private void touch(AgentView agent, String when) {
        Touched now = new Touched(agent.lastSeen(), left(agent));
        if (now.equals(written.get(agent.node().id()))) {
            return;
        }
        try {
            store.touchAgent(agent.node().id(), now.lastSeen, now.left);
            written.put(agent.node().id(), now);
        } catch (StoreException failure) {
            log.warn("Could not note {} when agent {} was last seen: {}", when, agent.node().name(),
                    failure.getMessage());
        }
    }

    private static boolean left(AgentView agent) {
        return agent.state() == AgentState.LEFT;
    }

    /** Whether the database answered at the last look. Any thread. */
    public Optional<String> trouble() {
        String now = trouble;
        return now.isEmpty() ? Optional.empty() : Optional.of(now);
    }

    /** Ends the loop after one last round of last-seen times. Any thread. */
    public void stop() {
        stop.offer(Boolean.TRUE);
    }
}
