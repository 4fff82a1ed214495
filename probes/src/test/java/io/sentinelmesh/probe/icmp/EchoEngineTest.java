package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.measurement.ProbeOutcome.Answered;
import io.sentinelmesh.measurement.ProbeOutcome.Lost;
import io.sentinelmesh.measurement.ProbeOutcome.NotSent;
import io.sentinelmesh.measurement.ProbeOutcome.Refused;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.RecordedFates;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.refusal.LocalRefusals;

import static io.sentinelmesh.probe.icmp.SimulatedNetwork.answeredAfter;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.answeredTwice;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.answeredWithSequence;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.forgedAfter;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.lost;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.notSent;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.refusedAfter;
import static io.sentinelmesh.probe.icmp.SimulatedNetwork.refusedBrieflyAfter;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class EchoEngineTest {

    private static final long NONCE = 0x5eed_cafe_0123_4567L;
    private static final ProbePacing PACING = new ProbePacing(ofSeconds(1), ofMillis(600));
    private static final ProbeOutcome LOST = new Lost(PACING.lossThreshold());
    private static final ProbeTarget PEER = new ProbeTarget(3, address("192.0.2.1"));
    private static final ProbeTarget OTHER_PEER = new ProbeTarget(8, address("2001:db8::8"));
    private static final InetAddress ROUTER = address("198.51.100.1");

    private final SimulatedNetwork network = new SimulatedNetwork(NONCE);
    private final RecordedFates fates = new RecordedFates(PACING);
    private final EchoEngine engine = new EchoEngine(network, network, new ProberSettings(PACING), NONCE, fates);

    @Test
    void an_answer_brings_the_time_between_the_kernels_two_stamps() {
        network.then(answeredAfter(ofMillis(25)));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(25)));
        assertThat(fates.all().getFirst().wallNanos()).isEqualTo(SimulatedNetwork.EPOCH_NANOS);
    }

    @Test
    void time_that_a_request_waited_in_this_hosts_own_queue_is_not_in_the_delay() {
        network.queuesFor(ofMillis(8));
        network.then(answeredAfter(ofMillis(25)));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(25)));
        assertThat(fates.all().getFirst().wallNanos())
                .isEqualTo(SimulatedNetwork.EPOCH_NANOS + ofMillis(8).toNanos());
    }

    @Test
    void time_that_the_engine_was_held_up_is_not_in_the_delay() {
        network.then(answeredAfter(ofMillis(25)));
        engine.want(List.of(PEER));

        network.turn(engine);
        network.pause(ofMillis(400));
        runFor(ofMillis(100));

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(25)));
    }

    @Test
    void a_pause_beyond_the_loss_threshold_is_not_mistaken_for_loss() {
        network.then(answeredAfter(ofMillis(25)));
        engine.want(List.of(PEER));

        network.turn(engine);
        network.pause(ofSeconds(5));
        runFor(ofMillis(100));

        assertThat(fates.of(3)).startsWith(new Answered(ofMillis(25))).doesNotContain(LOST);
    }

    @Test
    void a_pause_is_not_mistaken_for_loss_even_if_the_answers_come_in_many_portions() {
        network.tellsAtMostPerReceive(1);
        network.otherwise(answeredAfter(ofMillis(500)));
        engine.want(peers(200));

        runFor(ofMillis(400));
        network.pause(ofSeconds(5));
        runFor(ofMillis(100));

        assertThat(fates.all()).extracting(RecordedFates.Fate::outcome).doesNotContain(LOST);
    }

    @Test
    void silence_until_the_threshold_is_loss() {
        network.then(lost());

        probeFor(ofMillis(599), PEER);
        assertThat(fates.of(3)).isEmpty();
        runFor(ofMillis(60));

        assertThat(fates.of(3)).containsExactly(LOST);
    }

    @Test
    void a_late_reply_is_not_taken_for_the_next_one() {
        network.then(answeredAfter(ofMillis(1_100))).then(answeredAfter(ofMillis(300)));

        probeFor(ofMillis(1_900), PEER);

        assertThat(fates.of(3)).containsExactly(LOST, new Answered(ofMillis(300)));
        assertThat(engine.counters().late()).isEqualTo(1);
    }

    @Test
    void a_reply_that_was_stamped_too_late_is_lost_even_if_the_engine_reads_it_before_it_settles_the_loss() {
        network.then(answeredAfter(ofMillis(700)));
        engine.want(List.of(PEER));

        network.turn(engine);
        network.pause(ofMillis(800));
        runFor(ofMillis(50));

        assertThat(fates.of(3)).containsExactly(LOST);
    }

    @Test
    void replies_in_another_order_find_their_own_packets() {
        network.then(answeredAfter(ofMillis(550))).then(answeredAfter(ofMillis(5)));

        probeFor(ofMillis(990), PEER, OTHER_PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(550)));
        assertThat(fates.of(8)).containsExactly(new Answered(ofMillis(5)));
    }

    @Test
    void a_second_answer_is_a_duplicate_and_counts_once() {
        network.then(answeredTwice(ofMillis(10), ofMillis(12)));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(10)));
        assertThat(fates.duplicates()).containsExactly(3);
    }

    @Test
    void a_reply_with_a_foreign_number_is_nobodys() {
        network.then(forgedAfter(ofMillis(10), NONCE + 1));

        probeFor(ofMillis(700), PEER);

        assertThat(fates.of(3)).containsExactly(LOST);
        assertThat(engine.counters().foreign()).isEqualTo(1);
    }

    @Test
    void a_reply_to_a_packet_that_was_never_sent_is_nobodys() {
        network.then(answeredWithSequence(1, ofMillis(10))).then(answeredWithSequence(-2, ofMillis(10)));

        probeFor(ofMillis(1_700), PEER);

        assertThat(fates.of(3)).containsExactly(LOST, LOST);
        assertThat(engine.counters().foreign()).isEqualTo(2);
    }

    @Test
    void a_reply_to_the_packet_65536_earlier_is_not_taken_for_this_one() {
        network.then(answeredWithSequence(-65_536, ofMillis(10)));

        probeFor(ofMillis(700), PEER);

        assertThat(fates.of(3)).containsExactly(LOST);
    }

    @Test
    void a_refusal_names_reason_and_offender() {
        network.then(refusedAfter(ofMillis(10), RefusalReason.HOST_UNREACHABLE, ROUTER));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new Refused(RefusalReason.HOST_UNREACHABLE, ROUTER));
    }

    @Test
    void a_refusal_that_quotes_eight_bytes_only_finds_its_packet() {
        network.then(answeredAfter(ofMillis(1)))
                .then(refusedBrieflyAfter(ofMillis(10), RefusalReason.ADMINISTRATIVELY_PROHIBITED, ROUTER));

        probeFor(ofMillis(900), PEER, OTHER_PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(1)));
        assertThat(fates.of(8)).containsExactly(new Refused(RefusalReason.ADMINISTRATIVELY_PROHIBITED, ROUTER));
    }

    @Test
    void a_refusal_after_the_answer_changes_nothing() {
        network.then((net, sequence) -> {
            answeredAfter(ofMillis(5)).befall(net, sequence);
            refusedAfter(ofMillis(9), RefusalReason.HOST_UNREACHABLE, ROUTER).befall(net, sequence);
        });

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(5)));
    }

    @Test
    void a_packet_that_could_not_leave_says_why_and_is_not_lost() {
        network.then(notSent(Errno.ENOBUFS));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new NotSent(Errno.describe(Errno.ENOBUFS)));
    }

    @Test
    void what_this_hosts_own_routes_and_firewall_refuse_is_refused_by_the_first_hop() {
        network.then(notSent(Errno.ENETUNREACH)).then(notSent(Errno.EHOSTUNREACH)).then(notSent(Errno.EPERM))
                .then(notSent(Errno.EMSGSIZE));

        engine.want(peers(200));
        runFor(ofMillis(990));

        assertThat(List.of(fates.of(0), fates.of(1), fates.of(2), fates.of(3))).containsExactly(
                List.of(new Refused(RefusalReason.NETWORK_UNREACHABLE, LocalRefusals.THIS_HOST)),
                List.of(new Refused(RefusalReason.HOST_UNREACHABLE, LocalRefusals.THIS_HOST)),
                List.of(new Refused(RefusalReason.ADMINISTRATIVELY_PROHIBITED, LocalRefusals.THIS_HOST)),
                List.of(new Refused(RefusalReason.PACKET_TOO_BIG, LocalRefusals.THIS_HOST)));
    }

    @Test
    void a_packet_that_could_not_leave_does_not_keep_the_rest_of_its_batch() {
        network.then(answeredAfter(ofMillis(1))).then(notSent(Errno.ENOBUFS)).then(answeredAfter(ofMillis(2)));

        engine.want(peers(200));
        runFor(ofMillis(990));

        assertThat(fates.of(0)).containsExactly(new Answered(ofMillis(1)));
        assertThat(fates.of(1)).containsExactly(new NotSent(Errno.describe(Errno.ENOBUFS)));
        assertThat(fates.of(2)).containsExactly(new Answered(ofMillis(2)));
    }

    @Test
    void without_a_transmit_stamp_the_engines_own_clock_serves_and_is_counted() {
        network.withoutTransmitStamps();
        network.then(answeredAfter(ofMillis(25)));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(25)));
        assertThat(engine.counters().unstamped()).isEqualTo(1);
    }

    @Test
    void a_packet_that_was_under_way_while_the_wall_clock_was_set_is_neither_a_delay_nor_lost() {
        network.otherwise(lost());
        network.then((net, sequence) -> {
            net.setWallClock(Duration.ofHours(-1));
            answeredAfter(ofMillis(25)).befall(net, sequence);
        });
        network.then((net, sequence) -> {
            net.setWallClock(Duration.ofHours(2));
            answeredAfter(ofMillis(30)).befall(net, sequence);
        });

        probeFor(ofMillis(1_900), PEER);

        assertThat(fates.of(3)).isEmpty();
        assertThat(fates.events("disturbed")).containsExactly("disturbed 3 CLOCK_STEP", "disturbed 3 CLOCK_STEP");
        assertThat(engine.counters().clockSteps()).isEqualTo(2);
        assertThat(engine.counters().disturbed()).isEqualTo(2);
    }

    @Test
    void even_a_step_of_the_clock_that_is_smaller_than_a_tick_is_noticed() {
        network.then((net, sequence) -> {
            net.setWallClock(ofMillis(3));
            answeredAfter(ofMillis(25)).befall(net, sequence);
        });

        probeFor(ofMillis(900), PEER);

        assertThat(fates.events("disturbed")).containsExactly("disturbed 3 CLOCK_STEP");
    }

    @Test
    void silence_around_a_pause_of_the_engine_is_not_called_loss() {
        network.otherwise(lost());
        engine.want(List.of(PEER));

        network.turn(engine);
        network.pause(ofMillis(400));
        runFor(ofMillis(700));

        assertThat(fates.of(3)).isEmpty();
        assertThat(fates.events("disturbed")).containsExactly("disturbed 3 PAUSE");
        assertThat(engine.counters().disturbed()).isEqualTo(1);
    }

    @Test
    void an_answer_that_only_this_program_timed_over_a_pause_is_no_delay() {
        network.withoutTransmitStamps();
        network.otherwise(answeredAfter(ofMillis(10)));
        engine.want(List.of(PEER));

        network.turn(engine);
        network.pause(ofMillis(400));
        runFor(ofMillis(300));

        assertThat(fates.of(3)).isEmpty();
        assertThat(fates.events("disturbed")).containsExactly("disturbed 3 PAUSE");
    }

    @Test
    void silence_long_after_a_pause_is_loss() {
        network.otherwise(lost());
        engine.want(List.of(PEER));

        network.turn(engine);
        network.pause(ofMillis(400));
        runFor(ofMillis(3_000));

        assertThat(fates.of(3)).hasSize(2).containsOnly(LOST);
    }

    @Test
    void a_reply_with_another_payload_is_corrupt_and_no_answer() {
        network.then(SimulatedNetwork.corruptAfter(ofMillis(10)));

        probeFor(ofMillis(900), PEER);

        assertThat(fates.of(3)).containsExactly(LOST);
        assertThat(fates.events("corrupt")).containsExactly("corrupt 3");
        assertThat(engine.counters().corrupt()).isEqualTo(1);
    }

    @Test
    void the_hop_limit_that_the_answer_arrived_with_is_told() {
        probeFor(ofMillis(900), PEER);

        assertThat(fates.events("hop-limit")).containsExactly("hop-limit 3 " + SimulatedNetwork.HOP_LIMIT);
    }

    @Test
    void a_late_answer_is_told_for_its_own_packet() {
        network.then(answeredAfter(ofMillis(1_100)));

        probeFor(ofMillis(1_900), PEER);

        assertThat(fates.events("late")).containsExactly("late 3");
    }

    @Test
    void a_cap_holds_packets_back_and_says_so() {
        ProbePacing fast = new ProbePacing(ofMillis(10), ofMillis(600));
        RecordedFates told = new RecordedFates(fast);
        EchoEngine capped = new EchoEngine(network, network,
                new ProberSettings(fast).with(new RateCaps(1_000, 50)), NONCE, told);

        capped.want(List.of(PEER));
        while (network.now().compareTo(ofSeconds(2)) < 0) {
            network.turn(capped);
        }

        assertThat(network.sent()).hasSizeBetween(100, 111);
        assertThat(told.of(3)).contains(new NotSent(EchoEngine.HELD_BACK));
        assertThat(capped.counters().heldBack()).isBetween(85L, 101L);
    }

    @Test
    void a_dead_destination_is_confirmed_long_before_its_packets_count_as_lost() {
        RecordedFates told = new RecordedFates(PACING);
        EchoEngine confirming = confirming(told);
        network.otherwise(lost());

        confirming.want(List.of(PEER));
        runFor(confirming, ofMillis(700));

        assertThat(told.events()).containsExactly("suspected 3", "confirmed 3");
        assertThat(network.sent()).as("one of the pace, five of the burst").hasSize(6);
        assertThat(told.of(3)).containsExactly(LOST);
        runFor(confirming, ofMillis(600));
        assertThat(told.of(3)).as("the burst counts nowhere").containsExactly(LOST);
    }

    @Test
    void a_burst_that_could_not_leave_this_host_confirms_nothing() {
        RecordedFates told = new RecordedFates(PACING);
        EchoEngine confirming = confirming(told);
        network.then(lost());
        network.otherwise(notSent(Errno.ENOBUFS));

        confirming.want(List.of(PEER));
        runFor(confirming, ofMillis(950));

        assertThat(told.events("suspected")).hasSize(1);
        assertThat(told.events("withdrawn")).hasSize(1);
        assertThat(told.events("confirmed")).isEmpty();
    }

    @Test
    void an_outage_after_days_of_calm_is_found_out_as_quickly() {
        RecordedFates told = new RecordedFates(PACING);
        EchoEngine confirming = confirming(told);
        confirming.want(List.of(PEER));
        runFor(confirming, ofSeconds(120));

        network.otherwise(lost());
        runFor(confirming, ofMillis(1_700));

        assertThat(told.events("suspected")).hasSize(1);
        assertThat(told.events("confirmed")).hasSize(1);
    }

    @Test
    void a_single_loss_is_suspected_and_at_once_withdrawn() {
        RecordedFates told = new RecordedFates(PACING);
        EchoEngine confirming = confirming(told);
        network.then(lost());

        confirming.want(List.of(PEER));
        runFor(confirming, ofMillis(950));

        assertThat(told.events("suspected")).hasSize(1);
        assertThat(told.events("withdrawn")).hasSize(1);
        assertThat(told.events("confirmed")).isEmpty();
        assertThat(told.of(3)).containsExactly(LOST);
        assertThat(told.duplicates()).isEmpty();
    }

    @Test
    void a_late_answer_withdraws_what_the_burst_confirmed() {
        RecordedFates told = new RecordedFates(PACING);
        EchoEngine confirming = confirming(told);
        network.otherwise(lost());
        network.then(answeredAfter(ofMillis(800)));

        confirming.want(List.of(PEER));
        runFor(confirming, ofMillis(950));

        assertThat(told.events()).containsExactly("suspected 3", "confirmed 3", "late 3", "withdrawn 3");
        assertThat(told.of(3)).containsExactly(LOST);
    }

    @Test
    void a_pace_as_dense_as_a_burst_needs_none() {
        ProbePacing dense = new ProbePacing(ofMillis(50), ofMillis(600));
        RecordedFates told = new RecordedFates(dense);
        EchoEngine confirming = new EchoEngine(network, network, new ProberSettings(dense).thatConfirms(), NONCE, told);
        network.otherwise(lost());

        confirming.want(List.of(PEER));
        runFor(confirming, ofMillis(990));

        assertThat(network.sent()).hasSize(20);
    }

    private EchoEngine confirming(RecordedFates told) {
        return new EchoEngine(network, network, new ProberSettings(PACING).thatConfirms(), NONCE, told);
    }

    private void runFor(EchoEngine other, Duration duration) {
        Duration end = network.now().plus(duration);
        while (network.now().compareTo(end) < 0) {
            network.turn(other);
        }
    }

    @Test
    void each_destination_may_have_an_interval_of_its_own() {
        ProbeTarget often = new ProbeTarget(5, address("192.0.2.5"), Optional.of(ofMillis(100)));

        engine.want(List.of(PEER, often));
        runFor(ofMillis(1_999));

        assertThat(network.sent()).filteredOn(sent -> sent.destination().equals(PEER.address())).hasSize(2);
        assertThat(network.sent()).filteredOn(sent -> sent.destination().equals(often.address())).hasSize(20);
    }

    @Test
    void after_its_last_packet_a_destination_is_left_alone() {
        ProbePacing thrice = new ProbePacing(ofMillis(100), ofMillis(600), 3);
        EchoEngine ending = new EchoEngine(network, network, new ProberSettings(thrice), NONCE, fates);

        ending.want(List.of(PEER));
        while (network.now().compareTo(ofSeconds(2)) < 0) {
            network.turn(ending);
        }

        assertThat(network.sent()).hasSize(3);
    }

    @Test
    void packets_are_spread_over_the_interval() {
        engine.want(peers(10));

        runFor(ofMillis(999));

        assertThat(network.sent()).extracting(SimulatedNetwork.Sent::at).extracting(Duration::toMillis)
                .containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 900L);
    }

    @Test
    void each_destination_gets_one_packet_per_interval_at_any_rate() {
        engine.want(peers(3_000));

        runFor(ofMillis(3_000));

        assertThat(network.sent()).hasSizeBetween(8_900, 9_001);
        assertThat(fates.of(1_500)).hasSize(3);
        assertThat(network.waits()).as("ticks").isLessThan(400);
    }

    @Test
    void after_a_pause_there_is_no_burst() {
        engine.want(peers(1_000));
        runFor(ofSeconds(1));
        int before = network.sent().size();

        network.pause(ofSeconds(3));
        Duration awake = network.now();
        runFor(ofSeconds(1));

        assertThat(network.sent().size() - before).isBetween(970, 1_030);
        assertThat(network.sent().subList(before, network.sent().size()))
                .filteredOn(sent -> sent.at().minus(awake).toMillis() < 10).hasSizeLessThan(30);
        assertThat(engine.counters().pauses()).isEqualTo(1);
    }

    @Test
    void the_fate_of_packets_under_way_to_a_target_that_went_is_still_told() {
        network.then(answeredAfter(ofMillis(200))).then(lost());
        probeFor(ofMillis(550), PEER, OTHER_PEER);

        engine.want(List.of());
        runFor(ofMillis(900));

        assertThat(fates.of(3)).containsExactly(new Answered(ofMillis(200)));
        assertThat(fates.of(8)).containsExactly(LOST);
    }

    @Test
    void the_listener_hears_a_tick_ten_times_a_second_even_without_targets() {
        runFor(ofSeconds(1));

        assertThat(fates.ticks()).hasSizeGreaterThanOrEqualTo(10);
    }

    @Test
    void more_packets_than_the_engine_keeps_are_told_as_not_sent() {
        ProbePacing patient = new ProbePacing(ofMillis(1), Duration.ofMinutes(1));
        RecordedFates told = new RecordedFates(patient);
        EchoEngine busy = new EchoEngine(network, network, new ProberSettings(patient).with(RateCaps.NONE), NONCE,
                told);
        network.otherwise(lost());

        busy.want(peers(640));
        for (int step = 0; step < 100_000 && told.all().isEmpty(); step++) {
            network.turn(busy);
            network.pause(Duration.ofNanos(100_000));
        }

        assertThat(told.all()).extracting(RecordedFates.Fate::outcome).isNotEmpty()
                .containsOnly(new NotSent(EchoEngine.TOO_MANY_UNDER_WAY));
        assertThat(network.sent()).hasSize(PacketsUnderWay.MOST);
    }

    private void probeFor(Duration duration, ProbeTarget... targets) {
        engine.want(List.of(targets));
        runFor(duration);
    }

    private void runFor(Duration duration) {
        Duration end = network.now().plus(duration);
        while (network.now().compareTo(end) < 0) {
            network.turn(engine);
        }
    }

    private static List<ProbeTarget> peers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ProbeTarget(i, address("198.51." + (100 + i / 250) + "." + (1 + i % 250)))).toList();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
