package io.sentinelmesh.agent.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.round.FateCounts;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.probe.pacing.TimerLateness;

import static org.assertj.core.api.Assertions.assertThat;

class HealthWatchTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private ProberSource source = new ProberSource(new FateCounts(), Optional.empty(), () -> 0);
    private TimerLateness lateness = new TimerLateness();
    private long nowNanos = Duration.ofDays(1).toNanos();
    private FateCounts.Counts fates = new FateCounts.Counts(0, 0, 0, 0);
    private long heldBack;
    private long gcMillis;
    private long drops;
    private CpuTicks cpu = new CpuTicks(0, 0);
    private final HealthWatch watch = new HealthWatch(this::reading,
            new HealthWatch.Sources(() -> source, () -> new SpoolFigures(3, 4),
                    () -> Optional.of(new ClockOffset(-5, 6))),
            () -> NOON, () -> nowNanos);

    private Reading reading(long now) {
        return new Reading(source, now, fates, heldBack, lateness.counts(), lateness.overdueNanos(now), cpu, gcMillis,
                drops, new Reading.ProcessState(7, 1_024, 8, 9));
    }

    private AgentHealth afterASecond() {
        nowNanos += 1_000_000_000L;
        watch.look();
        return watch.newest().orElseThrow();
    }

    /** A second of fifty turns, the last of them late. */
    private AgentHealth afterASecondWithATurnLateBy(Duration late) {
        for (int i = 0; i < 50; i++) {
            lateness.sleepsUntil(nowNanos);
            lateness.turnBegins(nowNanos + (i == 49 ? late.toNanos() : 0));
        }
        lateness.sleepsUntil(Long.MAX_VALUE);
        return afterASecond();
    }

    @Test
    void before_the_first_look_an_agent_says_nothing_and_is_believed() {
        assertThat(watch.newest()).isEmpty();
        assertThat(watch.verdict().impaired()).isFalse();
    }

    @Test
    void what_others_know_is_handed_on() {
        AgentHealth health = afterASecond();

        assertThat(health.at()).isEqualTo(NOON);
        assertThat(health.spool()).isEqualTo(new SpoolFigures(3, 4));
        assertThat(health.clock()).contains(new ClockOffset(-5, 6));
        assertThat(health.process().openFiles()).isEqualTo(7);
    }

    @Test
    void a_turn_that_is_late_now_and_then_is_no_impairment() {
        afterASecond();
        for (int i = 0; i < 20; i++) {
            assertThat(afterASecondWithATurnLateBy(Duration.ofMillis(i % 10 == 0 ? 400 : 0)).impaired()).isFalse();
        }
        assertThat(watch.newest().orElseThrow().window()).isEqualTo(HealthWindow.LENGTH);
    }

    @Test
    void a_thread_that_is_called_late_each_second_impairs_until_the_window_is_clean() {
        afterASecond();
        afterASecondWithATurnLateBy(Duration.ofMillis(150));
        afterASecondWithATurnLateBy(Duration.ofMillis(150));
        AgentHealth health = afterASecondWithATurnLateBy(Duration.ofMillis(150));
        assertThat(health.verdict().impairments()).containsExactly(Impairment.TIMER_LATE);

        for (int i = 0; i < 10; i++) {
            health = afterASecondWithATurnLateBy(Duration.ZERO);
        }

        assertThat(health.impaired()).isFalse();
    }

    @Test
    void an_engine_that_stands_still_is_seen_while_it_does() {
        afterASecond();
        lateness.sleepsUntil(nowNanos);
        assertThat(afterASecond().verdict().impairments()).containsExactly(Impairment.STOPPED);
    }

    @Test
    void what_a_rate_cap_held_back_is_no_send_error() {
        afterASecond();
        fates = new FateCounts.Counts(100, 50, 0, 0);
        heldBack = 50;

        assertThat(afterASecond().prober().sendErrors()).isZero();
    }

    @Test
    void counts_are_those_of_the_last_ten_seconds() {
        fates = new FateCounts.Counts(100, 50, 10, 5);
        afterASecond();
        fates = new FateCounts.Counts(200, 51, 12, 8);
        drops = 4;
        AgentHealth health = afterASecond();

        assertThat(health.prober().packetsDue()).isEqualTo(100);
        assertThat(health.prober().sendErrors()).isEqualTo(1);
        assertThat(health.prober().disturbed()).isEqualTo(2);
        assertThat(health.prober().duplicates()).isEqualTo(3);
        assertThat(health.prober().socketDrops()).isEqualTo(4);

        for (int i = 0; i < 10; i++) {
            health = afterASecond();
        }
        assertThat(health.prober().packetsDue()).isZero();
        assertThat(health.prober().socketDrops()).isZero();
    }

    @Test
    void another_prober_begins_with_other_counts() {
        fates = new FateCounts.Counts(1_000, 500, 0, 0);
        afterASecond();
        source = new ProberSource(new FateCounts(), Optional.empty(), () -> 0);
        lateness = new TimerLateness();
        fates = new FateCounts.Counts(0, 0, 0, 0);

        AgentHealth health = afterASecond();

        assertThat(health.prober().packetsDue()).isZero();
        assertThat(health.window()).isZero();
    }

    @Test
    void the_longest_collection_of_the_window_counts_and_not_their_sum() {
        afterASecond();
        for (int i = 0; i < 9; i++) {
            gcMillis += 100;
            afterASecond();
        }
        gcMillis += 260;

        assertThat(afterASecond().process().gcPauseMaxMicros()).isEqualTo(260_000);
    }

    @Test
    void time_the_hypervisor_took_is_a_share_of_all() {
        cpu = new CpuTicks(100, 1_000);
        afterASecond();
        cpu = new CpuTicks(150, 1_200);

        AgentHealth health = afterASecond();

        assertThat(health.process().cpuStealRatio()).isEqualTo(0.25);
        assertThat(health.verdict().impairments()).containsExactly(Impairment.CPU_STEAL);
    }
}
