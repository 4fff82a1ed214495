package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.probe.route.Answer.FromDestination;
import io.sentinelmesh.probe.route.Answer.FromRouter;

import static org.assertj.core.api.Assertions.assertThat;

class FlowTraceTest {

    private static final InetAddress ROUTER = InetAddress.ofLiteral("192.0.2.1");

    @ParameterizedTest
    @CsvSource({"plain, REACHED", "silent-hop, REACHED", "loop, LOOP", "prohibited, ADMINISTRATIVELY_PROHIBITED",
            "unreachable, HOST_UNREACHABLE", "firewall-drops, UNREACHED", "nobody, UNREACHED"})
    void the_end_of_a_route_has_one_word_that_fits_its_path(String name, TraceOutcome outcome) throws Exception {
        Path file = Path.of(Objects.requireNonNull(getClass().getResource("/routes/" + name + ".route")).toURI());
        SimulatedRoute network = new SimulatedRoute(new RouteFile(file), false);
        TraceRequest request = new TraceRequest(1, 30, 0, Duration.ofSeconds(1), 1);

        FlowTrace.Sight sight = FlowTrace.sight(7, new Tracer(network, request, TraceWatcher.NOBODY).run());

        assertThat(sight.outcome()).isEqualTo(outcome);
        assertThat(sight.path().reached()).isEqualTo(outcome == TraceOutcome.REACHED);
        assertThat(sight.packets()).isPositive();
    }

    @Test
    void labels_are_told_with_their_hops_and_never_more_than_a_trace_may_have() {
        HopObservation silent = new HopObservation(1, 1, List.of());
        HopObservation labelled = new HopObservation(2, 1, List.of(new FromRouter(ROUTER, 1,
                List.of(new MplsLabel(24_001, 0, false, 1), new MplsLabel(17, 0, true, 1)))));
        HopObservation tooMany = new HopObservation(3, 1, List.of(new FromRouter(ROUTER, 1,
                Collections.nCopies(PathTrace.MOST_LABELS, new MplsLabel(5, 0, false, 1)))));
        HopObservation end = new HopObservation(4, 1, List.of(new FromDestination(ROUTER, 1)));
        FlowObservation flow = new FlowObservation(7, List.of(silent, labelled, tooMany, end), Optional.empty(), 4);

        FlowTrace.Sight sight = FlowTrace.sight(7,
                new Observations(List.of(flow), Set.of(), false, 1, Optional.empty()));

        assertThat(sight.labels()).isEqualTo(new TreeMap<>(Map.of(2, List.of(24_001, 17))));
        assertThat(sight.path().hops()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    @EnabledOnOs(OS.LINUX)
    void this_host_is_one_hop_away_in_both_families_and_keeps_its_flow(String literal) throws Exception {
        InetAddress target = InetAddress.ofLiteral(literal);

        FlowTrace.Sight sight = FlowTrace.take(target, Optional.empty(), 0, 1);

        assertThat(sight.path()).isEqualTo(
                new io.sentinelmesh.measurement.Path(List.of(Optional.of(target)), true));
        assertThat(sight.flow()).isPositive();
        assertThat(FlowTrace.sourcePort(target, 5)).isEqualTo(FlowTrace.sourcePort(target, 5)).isBetween(33_600,
                62_399);
    }
}
