package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.stamp.RecordedStamps.Answer;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.DoubledBack;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.DoubledThere;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.LostBack;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.LostThere;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.NotSent;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.Reflected;
import io.sentinelmesh.probe.stamp.SimulatedStampNetwork.RefusedBy;

import static io.sentinelmesh.probe.stamp.SimulatedStampNetwork.ONE_WAY;
import static io.sentinelmesh.probe.stamp.SimulatedStampNetwork.RESIDENCE;
import static org.assertj.core.api.Assertions.assertThat;

class StampSenderTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration LOSS_THRESHOLD = Duration.ofMillis(500);
    private static final StampTarget PEER = new StampTarget(4, InetAddress.ofLiteral("192.0.2.7"), 18_620);
    private static final StampTarget OTHER = new StampTarget(5, InetAddress.ofLiteral("192.0.2.8"), 18_620);
    private static final InetAddress ROUTER = InetAddress.ofLiteral("198.51.100.1");

    private final SimulatedStampNetwork network = new SimulatedStampNetwork();
    private final RecordedStamps stamps = new RecordedStamps();
    private final StampCounters counters = new StampCounters();

    private StampSender sender(int flows, long packetsPerFlow, StampTarget... targets) {
        StampSettings settings = new StampSettings(new ProbePacing(INTERVAL, LOSS_THRESHOLD), flows,
                StampSettings.leastSize(false), 0, 255, Optional.empty(), Optional.empty());
        StampSender sender = new StampSender(network, network, settings, packetsPerFlow, 65_533, stamps, counters);
        sender.replaceTargets(List.of(targets));
        return sender;
    }

    private StampSender capped(RateCaps caps, long packetsPerFlow) {
        StampSender sender = new StampSender(network, network, settings(LOSS_THRESHOLD, caps), packetsPerFlow, 65_533,
                stamps, counters);
        sender.replaceTargets(List.of(PEER));
        return sender;
    }

    private static StampSettings settings(Duration lossThreshold, RateCaps caps) {
        return new StampSettings(new ProbePacing(Duration.ofMillis(1), lossThreshold), 1,
                StampSettings.leastSize(false), 0, 255, Optional.empty(), Optional.empty(), caps);
    }

    /** A millisecond at a time. */
    private void run(StampSender sender, Duration duration) {
        for (long left = duration.toMillis(); left > 0; left--) {
            sender.step(network.monotonicNanos());
            network.pass(Duration.ofMillis(1));
        }
    }

    private void runToEnd(StampSender sender) {
        for (int second = 0; second < 60 && !sender.isFinished(); second++) {
            run(sender, Duration.ofSeconds(1));
        }
        assertThat(sender.isFinished()).isTrue();
    }

    @Test
    void the_reflectors_residence_and_its_clock_are_not_in_the_delay() {
        network.reflectorsClockIsAhead(Duration.ofHours(-9));

        runToEnd(sender(1, 3, PEER));

        Duration told = RESIDENCE.minusNanos(100_000);
        assertThat(stamps.answers()).hasSize(3).allSatisfy(answer -> {
            assertThat(answer.roundTripNanos()).isEqualTo(ONE_WAY.multipliedBy(2).plus(RESIDENCE).toNanos());
            assertThat(answer.residenceNanos()).isEqualTo(told.toNanos());
            assertThat(answer.hopLimitAtReflector()).isEqualTo(61);
            assertThat(answer.dscpAtReflector()).isZero();
            assertThat(answer.stamped()).isTrue();
        });
    }

    @Test
    void the_follow_up_takes_the_reflectors_kernel_out_too() {
        runToEnd(sender(1, 4, PEER));

        // Of all but the last, which no answer followed.
        assertThat(stamps.refined()).hasSize(3).containsOnly(ONE_WAY.multipliedBy(2).toNanos());
    }

    @Test
    void each_flow_of_each_target_gets_its_packet_once_an_interval() {
        StampSender sender = sender(8, Long.MAX_VALUE, PEER, OTHER);

        run(sender, INTERVAL.multipliedBy(5).plus(ONE_WAY.multipliedBy(3)));

        for (int flow = 0; flow < 8; flow++) {
            int wanted = flow;
            for (StampTarget target : List.of(PEER, OTHER)) {
                assertThat(stamps.answers()).filteredOn(
                        answer -> answer.flow() == wanted && answer.target() == target.index()).hasSizeBetween(5, 6)
                        .extracting(Answer::sequence).startsWith(0, 1, 2, 3, 4);
            }
        }
    }

    @Test
    void loss_is_told_at_the_threshold_and_attributed_when_a_later_answer_came() {
        network.next(new Reflected(ONE_WAY, ONE_WAY), new LostThere(), new LostThere(), new LostBack());

        runToEnd(sender(1, 6, PEER));

        assertThat(stamps.lost()).isEqualTo(3);
        assertThat(stamps.forward()).isEqualTo(2);
        assertThat(stamps.backward()).isEqualTo(1);
        assertThat(stamps.unknown()).isZero();
    }

    @Test
    void loss_that_no_answer_follows_is_not_attributed() {
        network.next(new Reflected(ONE_WAY, ONE_WAY)).otherwise(new LostThere());

        runToEnd(sender(1, 4, PEER));

        assertThat(stamps.lost()).isEqualTo(3);
        assertThat(stamps.unknown()).isEqualTo(3);
    }

    @Test
    void a_doubled_request_is_told_apart_from_a_doubled_answer() {
        network.next(new DoubledThere(), new DoubledBack(), new DoubledBack());

        runToEnd(sender(1, 5, PEER));

        assertThat(stamps.answers()).hasSize(5);
        assertThat(stamps.duplicatesForward()).isEqualTo(1);
        assertThat(stamps.duplicatesBackward()).isEqualTo(2);
        assertThat(stamps.attributedOrNot()).isZero();
    }

    @Test
    void an_answer_that_was_overtaken_is_told_once() {
        network.next(new Reflected(ONE_WAY, ONE_WAY.plus(INTERVAL.multipliedBy(2))));

        runToEnd(sender(1, 5, PEER));

        assertThat(stamps.answers()).hasSize(5);
        assertThat(stamps.reorderedBackward()).isEqualTo(1);
        assertThat(stamps.reorderedForward()).isZero();
        assertThat(stamps.lost()).isZero();
    }

    @Test
    void an_answer_after_the_threshold_is_late_and_its_packet_stays_lost() {
        network.next(new Reflected(LOSS_THRESHOLD, ONE_WAY));

        StampSender sender = sender(1, Long.MAX_VALUE, PEER);
        run(sender, LOSS_THRESHOLD.multipliedBy(3));

        assertThat(stamps.lost()).isEqualTo(1);
        assertThat(counters.late()).isEqualTo(1);
    }

    @Test
    void loss_told_after_a_late_answer_is_attributed_like_any_other() {
        // Read by a sender that was kept from it, in the moment in which the packet is settled.
        network.next(new Reflected(ONE_WAY, LOSS_THRESHOLD.minusMillis(3)), new Reflected(ONE_WAY, ONE_WAY),
                new LostThere());
        StampSender sender = sender(1, 8, PEER);
        for (int step = 0; step < 100 && !sender.isFinished(); step++) {
            sender.step(network.monotonicNanos());
            network.pass(Duration.ofMillis(30));
        }

        assertThat(counters.late()).isEqualTo(1);
        assertThat(stamps.lost()).isEqualTo(2);
        assertThat(stamps.backward()).isEqualTo(1);
        assertThat(stamps.forward()).isEqualTo(1);
        assertThat(stamps.unknown()).isZero();
    }

    @Test
    void what_is_above_the_rate_cap_is_held_back_and_no_loss_of_the_networks() {
        runToEnd(capped(new RateCaps(50_000, 100), 1_000));

        // A second at 100 packets/s and what the bucket held.
        assertThat(stamps.answers()).hasSizeBetween(100, 112);
        assertThat(stamps.notSent()).hasSize(1_000 - stamps.answers().size()).containsOnly(StampSender.HELD_BACK);
        assertThat(counters.heldBack()).isEqualTo(stamps.notSent().size());
        assertThat(stamps.lost()).isZero();
    }

    @Test
    void a_target_with_an_interval_of_its_own_is_sent_at_that_pace() {
        StampTarget seldom = new StampTarget(5, OTHER.address(), OTHER.port(), Optional.of(Duration.ofSeconds(1)));

        run(sender(2, Long.MAX_VALUE, PEER, seldom), Duration.ofSeconds(4).plus(ONE_WAY.multipliedBy(3)));

        assertThat(stamps.answers()).filteredOn(answer -> answer.target() == PEER.index()).hasSizeBetween(78, 82);
        assertThat(stamps.answers()).filteredOn(answer -> answer.target() == seldom.index()).hasSizeBetween(7, 10);
    }

    @Test
    void no_more_packets_are_kept_than_are_sent() {
        StampSettings patient = settings(Duration.ofMinutes(1), RateCaps.DEFAULT);

        assertThat(StampSender.mostUnderWayOfFlow(patient, 10)).isEqualTo(10);
        assertThat(StampSender.mostUnderWayOfFlow(patient, Long.MAX_VALUE)).isEqualTo(120_004);
    }

    @Test
    void a_refusal_says_who_and_why() {
        network.next(new RefusedBy(ROUTER, RefusalReason.ADMINISTRATIVELY_PROHIBITED));

        runToEnd(sender(1, 3, PEER));

        assertThat(stamps.refusals()).containsExactly("ADMINISTRATIVELY_PROHIBITED by 198.51.100.1");
        assertThat(stamps.answers()).hasSize(2);
        assertThat(stamps.lost()).isZero();
    }

    @Test
    void what_could_not_leave_is_no_loss_of_the_networks() {
        network.next(new NotSent(Errno.ENOBUFS), new NotSent(Errno.ENETUNREACH));

        runToEnd(sender(1, 4, PEER));

        assertThat(stamps.notSent()).hasSize(1);
        assertThat(stamps.refusals()).hasSize(1);
        assertThat(stamps.answers()).extracting(Answer::sequence).containsExactly(0, 1);
        assertThat(stamps.attributedOrNot()).isZero();
    }

    @Test
    void a_reflector_that_knows_no_session_identifiers_is_understood() {
        network.reflectorKnowsNoSessions();

        runToEnd(sender(2, 3, PEER));

        assertThat(stamps.answers()).hasSize(6);
        assertThat(counters.foreign()).isZero();
    }

    @Test
    void a_reflector_that_was_restarted_costs_no_packets_and_no_wrong_attribution() {
        StampSender sender = sender(1, Long.MAX_VALUE, PEER);
        run(sender, INTERVAL.multipliedBy(20));
        network.next(new LostThere());
        run(sender, INTERVAL);
        network.restartReflector();
        run(sender, INTERVAL.multipliedBy(20));

        assertThat(stamps.lost()).isEqualTo(1);
        assertThat(stamps.unknown()).isEqualTo(1);
        assertThat(counters.reflectorRestarts()).isEqualTo(1);
    }

    @Test
    void what_does_not_bring_back_number_and_time_of_a_packet_is_foreign() {
        StampSender sender = sender(1, Long.MAX_VALUE, PEER);
        run(sender, Duration.ofMillis(2));
        network.intrude(0, new byte[3]);
        network.intrude(0, new byte[44]);
        network.intrude(0, HexFile.read("unauthenticated-answer"));
        run(sender, Duration.ofMillis(2));

        assertThat(counters.foreign()).isEqualTo(3);
        assertThat(stamps.answers()).isEmpty();
    }

    @Test
    void a_clock_that_is_set_between_departure_and_answer_spoils_no_delay() {
        StampSender sender = sender(1, Long.MAX_VALUE, PEER);
        run(sender, Duration.ofMillis(2));
        network.setWallClock(Duration.ofSeconds(-30));
        run(sender, INTERVAL.multipliedBy(3));
        assertThat(stamps.answers()).isNotEmpty()
                .allSatisfy(answer -> assertThat(answer.roundTripNanos()).isBetween(0L, 20_000_000L));
    }

    @Test
    void a_target_that_stays_keeps_its_count_and_one_that_goes_is_told_to_the_end() {
        StampSender sender = sender(2, Long.MAX_VALUE, PEER, OTHER);
        run(sender, INTERVAL.multipliedBy(3));
        sender.replaceTargets(List.of(PEER));
        run(sender, INTERVAL.multipliedBy(3));

        List<Answer> ofOther = stamps.answers().stream().filter(answer -> answer.target() == OTHER.index()).toList();
        List<Answer> ofPeer = stamps.answers().stream()
                .filter(answer -> answer.target() == PEER.index() && answer.flow() == 0).toList();
        assertThat(ofOther).hasSizeBetween(5, 8);
        assertThat(ofPeer).extracting(Answer::sequence).startsWith(0, 1, 2, 3, 4);
        assertThat(stamps.lost()).isZero();
    }
}
