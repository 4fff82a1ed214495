package io.sentinelmesh.probe.mtu;

import java.net.InetAddress;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.kind.Progress;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PathMtuSearchTest {

    private static final InetAddress ROUTER = InetAddress.ofLiteral("192.0.2.1");
    private final SimulatedPath path = new SimulatedPath();

    @Test
    void where_the_largest_passes_two_packets_are_enough() throws InterruptedException {
        assertThat(search()).isEqualTo(new PathMtu.Full(1_500));
        assertThat(path.packets()).isEqualTo(2);
    }

    @Test
    void what_a_router_tells_is_tried_at_once() throws InterruptedException {
        path.link(1_400, "192.0.2.1");

        assertThat(search()).isEqualTo(new PathMtu.Reduced(1_400, ROUTER));
        assertThat(path.packets()).isEqualTo(3);
    }

    @Test
    void the_narrowest_of_several_links_limits() throws InterruptedException {
        path.link(1_480, "192.0.2.2").link(1_400, "192.0.2.1").link(1_450, "192.0.2.3");

        assertThat(search()).isEqualTo(new PathMtu.Reduced(1_400, ROUTER));
    }

    @Test
    void a_router_that_names_no_size_is_searched_by_halves() throws InterruptedException {
        path.linkWhoseRouterNamesNoSize(1_006, "192.0.2.1");

        assertThat(search()).isEqualTo(new PathMtu.Reduced(1_006, ROUTER));
    }

    @Property
    void a_black_hole_is_found_to_the_byte(@ForAll @IntRange(min = 576, max = 1_499) int mtu)
            throws InterruptedException {
        SimulatedPath hole = new SimulatedPath().blackHole(mtu);

        assertThat(search(hole)).isEqualTo(new PathMtu.BlackHole(mtu));
        assertThat(hole.packets()).isLessThan(80);
        assertThat(Duration.ofNanos(hole.tookNanos())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void a_black_hole_behind_a_narrower_link_that_tells_is_none() throws InterruptedException {
        path.link(1_400, "192.0.2.1").blackHole(1_450);

        assertThat(search()).isEqualTo(new PathMtu.Reduced(1_400, ROUTER));
    }

    @Test
    void a_black_hole_behind_a_wider_link_is_one() throws InterruptedException {
        path.link(1_450, "192.0.2.1").blackHole(1_400);

        assertThat(search()).isEqualTo(new PathMtu.BlackHole(1_400));
    }

    @Test
    void a_lost_packet_is_no_black_hole() throws InterruptedException {
        path.losingEvery(2);

        assertThat(search()).isEqualTo(new PathMtu.Full(1_500));
    }

    /** Of 2,000 paths some lose three packets of one size in a row in any search. */
    @Test
    void loss_makes_no_black_hole() throws InterruptedException {
        for (int seed = 0; seed < 2_000; seed++) {
            assertThat(search(new SimulatedPath().losing(0.2, seed))).as("path %d", seed).isIn(
                    new PathMtu.Full(1_500), new PathMtu.Unanswered());
        }
    }

    @Test
    void loss_hides_no_router_and_no_black_hole() throws InterruptedException {
        for (int seed = 0; seed < 500; seed++) {
            assertThat(search(new SimulatedPath().link(1_400, "192.0.2.1").losing(0.2, seed))).as("path %d", seed)
                    .isIn(new PathMtu.Reduced(1_400, ROUTER), new PathMtu.Unanswered());
            assertThat(search(new SimulatedPath().blackHole(1_400).losing(0.2, seed))).as("hole %d", seed)
                    .isIn(new PathMtu.BlackHole(1_400), new PathMtu.Unanswered(), new PathMtu.Inconclusive(1_400));
        }
    }

    @Test
    void a_destination_that_falls_silent_makes_no_black_hole() throws InterruptedException {
        path.answeringOnly(1);

        assertThat(search()).isEqualTo(new PathMtu.Inconclusive(576));
    }

    @Test
    void a_destination_with_one_answer_a_second_makes_no_black_hole() throws InterruptedException {
        path.blackHole(1_400).answeringOncePerSecond();

        assertThat(search()).isEqualTo(new PathMtu.BlackHole(1_400));
    }

    @Test
    void where_nothing_is_answered_nothing_is_said() throws InterruptedException {
        path.answeringOnly(0);

        assertThat(search()).isEqualTo(new PathMtu.Unanswered());
        assertThat(path.packets()).isEqualTo(4);
    }

    @Test
    void less_than_the_least_is_told_as_such() throws InterruptedException {
        path.link(500, "192.0.2.1");

        assertThat(search()).isEqualTo(new PathMtu.BelowLeast(500, ROUTER));
    }

    @Test
    void a_refusal_is_told() throws InterruptedException {
        path.refusingEverything();

        assertThat(search()).isEqualTo(new PathMtu.Refused(RefusalReason.ADMINISTRATIVELY_PROHIBITED,
                InetAddress.ofLiteral("192.0.2.9")));
    }

    @Property
    void no_router_can_make_it_go_on_for_ever(@ForAll @IntRange(max = 70_000) int told,
            @ForAll @IntRange(min = 1, max = 1_499) int mtu) throws InterruptedException {
        SizedPackets liar = new SizedPackets() {
            @Override
            public Fate send(int bytes, long timeoutNanos) {
                return bytes <= Math.max(mtu, 576) ? new Fate.Arrived(1_000) : new Fate.TooBig(told, ROUTER);
            }

            @Override
            public void pause(long nanos) {
                // Takes no time.
            }

            @Override
            public void close() {
                // Has nothing.
            }
        };
        PathMtuSearch search = new PathMtuSearch(liar, request(), Progress.SILENT);
        search.run();

        assertThat(search.packetsSent()).isLessThanOrEqualTo(2 * PathMtuSearch.MOST_STEPS * request().tries());
    }

    @Test
    void the_first_answers_are_free_and_then_there_is_one_a_second() {
        AnswerAllowance allowance = new AnswerAllowance(0);
        for (int i = 0; i < AnswerAllowance.IN_A_ROW; i++) {
            assertThat(allowance.waitNanos(0)).isZero();
            allowance.answered(0);
        }

        assertThat(allowance.waitNanos(0)).isEqualTo(1_000_000_000L);
        assertThat(allowance.waitNanos(1_000_000_000L)).isZero();
    }

    private PathMtu search() throws InterruptedException {
        return search(path);
    }

    private static PathMtu search(SimulatedPath path) throws InterruptedException {
        return new PathMtuSearch(path, request(), Progress.SILENT).run();
    }

    private static MtuRequest request() {
        return new MtuRequest(576, 1_500, 3, Duration.ofSeconds(1));
    }
}
