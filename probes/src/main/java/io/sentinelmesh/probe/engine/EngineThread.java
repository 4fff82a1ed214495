package io.sentinelmesh.probe.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.probe.nativenet.PacketWait;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.TimerLateness;

/** Runs activities until it is closed or one of them fails, and keeps why it ended. Any thread. */
public final class EngineThread implements AutoCloseable {

    public static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(EngineThread.class);

    private final EngineClock clock;
    private final List<Activity> activities;
    private final PacketWait wait;
    private final Thread thread;
    private final TimerLateness lateness = new TimerLateness();
    private volatile boolean closing;
    private volatile Optional<String> trouble = Optional.empty();

    /**
     * @param name of the thread
     * @param activities belong to the engine from now on: it closes them
     */
    public EngineThread(String name, EngineClock clock, List<? extends Activity> activities) {
        this.clock = clock;
        this.activities = List.copyOf(activities);
        wait = new PacketWait(this.activities.stream().flatMap(activity -> activity.pollables().stream()).toList());
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public EngineThread start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (!closing) {
                sleepUntil(step());
            }
        } catch (RuntimeException | Error e) {
            if (!closing) {
                trouble = e.toString().lines().findFirst();
            }
            LOG.error("The engine {} stopped: it measures nothing any more", thread.getName(), e);
        } finally {
            activities.forEach(Activity::close);
        }
    }

    private long step() {
        long wake = Long.MAX_VALUE;
        lateness.turnBegins(clock.monotonicNanos());
        for (int i = 0; i < activities.size(); i++) {
            wake = Math.min(wake, activities.get(i).step(clock.monotonicNanos()));
        }
        return wake;
    }

    private void sleepUntil(long wake) {
        long now = clock.monotonicNanos();
        long nanos = wake == Long.MAX_VALUE ? Activity.LONGEST_SLEEP_NANOS : wake - now;
        lateness.sleepsUntil(now + Math.min(nanos, Activity.LONGEST_SLEEP_NANOS));
        if (nanos > Activity.LONGEST_TICK_NANOS || (nanos > 0 && wakesOnPacket())) {
            wait.untilPacket(Math.min(nanos, Activity.LONGEST_SLEEP_NANOS));
        } else if (nanos > 0) {
            wait.sleep(nanos);
        }
    }

    private boolean wakesOnPacket() {
        for (int i = 0; i < activities.size(); i++) {
            if (activities.get(i).wakesOnPacket()) {
                return true;
            }
        }
        return false;
    }

    /** How late it is called. */
    public TimerLateness lateness() {
        return lateness;
    }

    /** Empty while the engine runs; otherwise why it ended, in one line. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Waits for the thread to end, at most {@link #CLOSE_PATIENCE}; the activities are closed then. */
    @Override
    public void close() {
        closing = true;
        if (!thread.isAlive() && thread.getState() == Thread.State.NEW) {
            activities.forEach(Activity::close);
            return;
        }
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                LOG.warn("The engine {} did not stop within {}: its listener blocks", thread.getName(),
                        CLOSE_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
