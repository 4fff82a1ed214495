package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.pacing.HandClock;

import static org.assertj.core.api.Assertions.assertThat;

class RequestEngineTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration THRESHOLD = Duration.ofMillis(300);
    private static final ProbePacing PACING = new ProbePacing(INTERVAL, THRESHOLD);
    private static final int SLOTS = 2;
    private static final byte[] PAYLOAD = {7};

    private final HandClock clock = new HandClock();
    private final SimulatedRequests network = new SimulatedRequests(SLOTS);
    private final List<String> fates = new ArrayList<>();
    private final RequestEngine engine = new RequestEngine(network, clock, PACING, 5, new Recorder());

    private void after(Duration time) {
        clock.pass(time);
        engine.step(clock.monotonicNanos());
    }

    @Test
    void the_delay_is_between_the_kernels_stamps_however_late_we_look() {
        after(Duration.ZERO);
        network.stamps(0, clock.wallNanos() + 1_000);
        network.answers(0, clock.wallNanos() + 51_000, PAYLOAD);

        after(Duration.ofMillis(90));

        assertThat(fates).containsExactly("answered 50000 stamped");
    }

    @Test
    void without_a_stamp_it_is_until_we_heard_of_it_and_said_so() {
        after(Duration.ZERO);
        network.answers(0, clock.wallNanos() + 51_000, PAYLOAD);

        after(Duration.ofMillis(2));

        assertThat(fates).containsExactly("answered 2000000 unstamped");
    }

    @Test
    void a_wall_clock_that_was_set_in_between_is_not_believed() {
        for (Duration step : List.of(Duration.ofHours(-1), Duration.ofHours(1))) {
            fates.clear();
            clock.pass(INTERVAL);
            engine.step(clock.monotonicNanos());
            network.stamps(0, clock.wallNanos());
            network.answers(0, clock.wallNanos() + step.toNanos(), PAYLOAD);

            after(Duration.ofMillis(3));

            assertThat(fates).containsExactly("answered 3000000 unstamped");
        }
    }

    @Test
    void silence_until_the_threshold_is_loss_and_what_comes_then_is_not_heard() {
        after(Duration.ZERO);
        clock.pass(THRESHOLD);
        engine.step(clock.monotonicNanos());
        assertThat(fates).containsExactly("lost");
        network.answers(0, clock.wallNanos(), PAYLOAD);
        assertThat(network.open()).doesNotContain(0);
    }

    @Test
    void an_answer_that_took_longer_than_the_threshold_is_loss() {
        after(Duration.ZERO);
        network.stamps(0, clock.wallNanos());
        network.answers(0, clock.wallNanos() + THRESHOLD.toNanos(), PAYLOAD);

        after(THRESHOLD.multipliedBy(2));

        assertThat(fates.getFirst()).isEqualTo("lost");
    }

    @Test
    void what_came_while_we_were_away_is_heard_before_anything_is_given_up() {
        after(Duration.ZERO);
        network.stamps(0, clock.wallNanos());
        network.answers(0, clock.wallNanos() + 5_000, PAYLOAD);

        after(Duration.ofSeconds(5));

        assertThat(fates.getFirst()).isEqualTo("answered 5000 stamped");
    }

    @Test
    void a_refusal_names_the_offender_and_frees_the_socket() {
        after(Duration.ZERO);
        network.refuses(0, RefusalReason.PORT_UNREACHABLE, InetAddress.ofLiteral("192.0.2.1"));

        after(Duration.ofMillis(1));

        assertThat(fates).containsExactly("PORT_UNREACHABLE by 192.0.2.1");
        assertThat(network.open()).isEmpty();
    }

    @Test
    void more_due_than_there_are_sockets_is_told_as_not_sent() {
        after(Duration.ZERO);
        after(INTERVAL);
        after(INTERVAL);

        assertThat(fates).containsExactly("not sent: more than 2 requests under way");
    }

    @Test
    void without_a_route_this_host_refuses_and_without_a_file_it_was_not_sent() {
        network.failsWith(Errno.ENETUNREACH);
        after(Duration.ZERO);
        network.failsWith(Errno.EMFILE);
        after(INTERVAL);

        assertThat(fates).containsExactly("NETWORK_UNREACHABLE by 127.0.0.1",
                "not sent: too many open files: raise the limit (EMFILE)");
    }

    @Test
    void so_many_as_were_asked_for_are_sent_and_then_nothing_is_due() {
        for (int i = 0; i < 20; i++) {
            after(INTERVAL.multipliedBy(2));
        }

        assertThat(network.sent()).isEqualTo(5);
        assertThat(fates).hasSize(5);
        assertThat(engine.step(clock.monotonicNanos())).isEqualTo(Long.MAX_VALUE);
    }

    private final class Recorder implements RequestListener {

        @Override
        public void answered(long roundTripNanos, boolean stamped, byte[] payload) {
            assertThat(payload).isEqualTo(PAYLOAD);
            fates.add("answered " + roundTripNanos + (stamped ? " stamped" : " unstamped"));
        }

        @Override
        public void refused(RefusalReason reason, InetAddress offender) {
            fates.add(reason + " by " + offender.getHostAddress());
        }

        @Override
        public void lost() {
            fates.add("lost");
        }

        @Override
        public void notSent(String cause) {
            fates.add("not sent: " + cause);
        }
    }
}
