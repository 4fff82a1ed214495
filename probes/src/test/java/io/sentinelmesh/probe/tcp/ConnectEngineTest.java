package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.pacing.HandClock;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectEngineTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration THRESHOLD = Duration.ofMillis(300);
    private static final ProbePacing PACING = new ProbePacing(INTERVAL, THRESHOLD);
    private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.1");
    private static final int SLOTS = 8;

    private final HandClock clock = new HandClock();
    private final SimulatedConnections network = new SimulatedConnections(SLOTS);
    private final RecordedConnections told = new RecordedConnections();
    private final ConnectEngine engine = engine(Long.MAX_VALUE);

    private ConnectEngine engine(long most) {
        return new ConnectEngine(network, clock, PACING, most, told);
    }

    private void probeOne() {
        engine.probe(List.of(new ProbeTarget(4, HOST)));
        engine.step(clock.monotonicNanos());
    }

    private void after(Duration time) {
        clock.pass(time);
        engine.step(clock.monotonicNanos());
    }

    @Test
    void the_kernels_time_is_told_beside_ours() {
        probeOne();
        network.connects(0, 1_234, 0);

        after(Duration.ofMillis(7));

        assertThat(told.fates()).containsExactly("4 connected kernel 1234000 heard 7000000 repeats 0");
    }

    @Test
    void after_a_repeated_syn_the_kernels_time_is_not_that_of_the_probe() {
        probeOne();
        network.connects(0, 1_234, 1);

        after(Duration.ofMillis(7));

        assertThat(told.fates()).containsExactly("4 connected kernel 0 heard 7000000 repeats 1");
    }

    @Test
    void a_reset_is_timed_by_when_it_was_heard() {
        probeOne();
        network.resets(0);

        after(Duration.ofMillis(2));

        assertThat(told.fates()).containsExactly("4 reset heard 2000000");
    }

    @Test
    void a_refusal_names_the_offender() {
        probeOne();
        network.refuses(0, RefusalReason.HOST_UNREACHABLE, InetAddress.ofLiteral("198.51.100.1"));

        after(Duration.ofMillis(2));

        assertThat(told.fates()).containsExactly("4 HOST_UNREACHABLE by 198.51.100.1");
    }

    @Test
    void silence_until_the_threshold_is_a_timeout_and_the_socket_is_given_back() {
        probeOne();

        after(THRESHOLD.minusNanos(1));
        assertThat(told.fates()).isEmpty();
        after(Duration.ofNanos(1));

        assertThat(told.fates()).containsExactly("4 timeout");
        assertThat(network.open()).doesNotContain(0);
    }

    @Test
    void what_came_while_we_were_away_is_heard_before_anything_is_given_up() {
        probeOne();
        network.connects(0, 500, 0);

        after(Duration.ofSeconds(5));

        assertThat(told.fates()).containsExactly("4 connected kernel 500000 heard 5000000000 repeats 0");
    }

    @Test
    void nothing_is_given_up_while_something_may_lie_unread() {
        probeOne();
        // Once beside the departures, once at the end of the step.
        for (int i = 0; i < 2 * SimulatedConnections.EVENTS_PER_POLL * ConnectEngine.MOST_POLLS; i++) {
            network.connects(SLOTS + 1, 1, 0);
        }
        network.connects(0, 1, 0);

        after(THRESHOLD);
        assertThat(told.fates()).isEmpty();
        after(Duration.ZERO);

        assertThat(told.fates().getFirst()).startsWith("4 connected");
    }

    @Test
    void a_kernels_time_beyond_the_threshold_is_a_timeout_however_late_we_look() {
        probeOne();
        network.connects(0, 300_000, 0);

        after(Duration.ofSeconds(1));

        assertThat(told.fates()).containsExactly("4 timeout");
    }

    @Test
    void more_due_than_there_are_sockets_is_told_as_not_sent() {
        engine.probe(IntStream.range(0, SLOTS + 3).mapToObj(i -> new ProbeTarget(i, HOST)).toList());
        for (int i = 0; i < SLOTS + 3; i++) {
            after(INTERVAL.dividedBy(SLOTS + 3).plusNanos(1));
        }

        assertThat(network.open()).hasSize(SLOTS);
        assertThat(told.fates()).hasSize(3)
                .allMatch(fate -> fate.endsWith("not sent: more than 8 TCP connections under way"));
    }

    @Test
    void a_socket_whose_time_is_over_makes_room_for_the_next() {
        engine.probe(IntStream.range(0, SLOTS).mapToObj(i -> new ProbeTarget(i, HOST)).toList());
        for (int i = 0; i < SLOTS; i++) {
            engine.step(clock.monotonicNanos());
            clock.pass(INTERVAL.dividedBy(SLOTS));
        }
        engine.probe(List.of(new ProbeTarget(SLOTS, HOST)));

        after(THRESHOLD);

        assertThat(told.fates()).hasSize(SLOTS).allMatch(fate -> fate.endsWith("timeout"));
        assertThat(network.open()).hasSize(1);
    }

    @Test
    void without_a_free_file_the_packet_was_not_sent_and_the_engine_goes_on() {
        network.failsWith(Errno.EMFILE);
        probeOne();
        after(INTERVAL);

        assertThat(told.fates()).containsExactly("4 not sent: too many open files: raise the limit (EMFILE)",
                "4 not sent: too many open files: raise the limit (EMFILE)");
    }

    @Test
    void without_a_free_port_the_cause_is_not_the_source_address() {
        network.failsWith(Errno.EADDRNOTAVAIL);
        probeOne();

        assertThat(told.fates()).containsExactly("4 not sent: " + ConnectEngine.NO_FREE_PORT);
    }

    @Test
    void without_a_route_this_host_refuses() {
        network.failsWith(Errno.ENETUNREACH);
        probeOne();

        assertThat(told.fates()).containsExactly("4 NETWORK_UNREACHABLE by 127.0.0.1");
    }

    @Test
    void so_many_as_were_asked_for_are_sent() {
        ConnectEngine three = engine(3);
        three.probe(List.of(new ProbeTarget(4, HOST)));
        for (int i = 0; i < 10; i++) {
            three.step(clock.monotonicNanos());
            clock.pass(INTERVAL);
        }

        assertThat(network.connectedTo()).hasSize(3);
        assertThat(three.step(clock.monotonicNanos())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void what_is_due_within_a_tick_leaves_together_and_each_target_once() {
        engine.probe(IntStream.range(0, 50).mapToObj(i -> new ProbeTarget(i, HOST)).toList());
        engine.step(clock.monotonicNanos());
        assertThat(network.connectedTo()).hasSize(1);

        after(Duration.ofMillis(9));
        assertThat(network.connectedTo()).hasSize(1);
        after(Duration.ofMillis(1));

        assertThat(network.connectedTo()).hasSize(6);
    }

    @Test
    void it_wants_to_be_woken_by_an_answer_only_while_one_may_come() {
        assertThat(engine.wakesOnPacket()).isFalse();
        probeOne();
        assertThat(engine.wakesOnPacket()).isTrue();
        network.resets(0);
        after(Duration.ofMillis(1));

        assertThat(engine.wakesOnPacket()).isFalse();
    }

    @Test
    void it_asks_to_be_called_when_the_next_is_due_or_the_oldest_overdue() {
        engine.probe(List.of(new ProbeTarget(4, HOST)));
        assertThat(engine.step(0)).isEqualTo(INTERVAL.toNanos());
        engine.probe(List.of());

        assertThat(engine.step(0)).isEqualTo(THRESHOLD.toNanos());
    }

    @Test
    void the_listener_is_called_in_every_step_and_the_network_closed_with_the_engine() {
        engine.step(0);
        engine.close();

        assertThat(told.ticks()).isEqualTo(1);
        assertThat(network.isClosed()).isTrue();
    }
}
