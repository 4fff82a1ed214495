package io.sentinelmesh.probe.route;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The real tracer over every route in {@code resources/routes}; what the file expects is what must come out. */
class RouteFilesTest {

    static Stream<String> files() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(RouteFilesTest.class.getResource("/routes")).toURI());
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_route_is_found_as_its_file_says(String name) throws Exception {
        Trace trace = trace(new RouteFile(folder().resolve(name)), false);

        assertThat(trace.file.expectations()).isNotEmpty();
        trace.file.expectations().forEach(expectation -> check(expectation, trace));
    }

    @ParameterizedTest
    @MethodSource("files")
    void the_same_is_found_when_packets_go_one_by_one(String name) throws Exception {
        Trace trace = trace(new RouteFile(folder().resolve(name)), true);

        assertThat(trace.network.largestBatch()).isEqualTo(1);
        trace.file.expectations().stream().filter(expectation -> expectation.startsWith("outcome"))
                .forEach(expectation -> check(expectation, trace));
    }

    @Test
    void all_hop_limits_of_a_flow_leave_at_once() throws Exception {
        Trace trace = trace(new RouteFile(folder().resolve("plain.route")), false);

        assertThat(trace.network.largestBatch()).isEqualTo(Tracer.FIRST_BURST);
    }

    private record Trace(RouteFile file, SimulatedRoute network, RouteFindings findings) {
    }

    private static Trace trace(RouteFile file, boolean oneAtATime) throws InterruptedException {
        SimulatedRoute network = new SimulatedRoute(file, oneAtATime);
        Observations observations = new Tracer(network, file.request(), TraceWatcher.NOBODY).run();
        return new Trace(file, network, new RouteFindings(observations));
    }

    private static void check(String expectation, Trace trace) {
        List<String> words = List.of(expectation.split("\\s+"));
        RouteFindings findings = trace.findings;
        String value = words.getLast();
        switch (words.getFirst()) {
            case "outcome" -> assertThat(findings.outcome()).isEqualTo(value);
            case "load-balancer" -> assertThat(findings.loadBalancer().word()).isEqualTo(value);
            case "first-differing-hop" ->
                assertThat(findings.firstDifferingHop()).as(expectation).isEqualTo(Integer.parseInt(value));
            case "note" -> assertThat(findings.note(Integer.parseInt(words.get(1))).word()).as(expectation)
                    .isEqualTo(value.equals("none") ? "" : value);
            case "paths" -> assertThat(findings.pathHashes().values().stream().distinct()).as(expectation)
                    .hasSize(Integer.parseInt(value));
            case "hops" ->
                assertThat(findings.observations().longest()).as(expectation).isEqualTo(Integer.parseInt(value));
            case "flow" -> assertThat(
                    findings.fate(findings.observations().flows().get(Integer.parseInt(words.get(1)))).word())
                    .as(expectation).isEqualTo(value);
            case "packets-at-most" ->
                assertThat(trace.network.packetsSent()).as(expectation).isLessThanOrEqualTo(Integer.parseInt(value));
            case "within" -> assertThat(Duration.ofNanos(findings.observations().tookNanos())).as(expectation)
                    .isLessThanOrEqualTo(Duration.ofMillis(Long.parseLong(value.replace("ms", ""))));
            default -> throw new IllegalArgumentException("unknown expectation: " + expectation);
        }
    }
}
