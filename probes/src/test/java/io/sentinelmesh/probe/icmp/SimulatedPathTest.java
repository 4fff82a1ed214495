package io.sentinelmesh.probe.icmp;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RecordedFates;

import static org.assertj.core.api.Assertions.assertThat;

/** The echo engine on paths that are written down in {@code paths/*.path}. */
class SimulatedPathTest {

    private static final long NONCE = 0x7a7a_1234_5678_9abcL;

    static List<Path> paths() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(SimulatedPathTest.class.getResource("/paths")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".path")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void the_engine_makes_of_a_path_what_its_file_expects(Path file) {
        PathFile path = PathFile.read(file);
        SimulatedNetwork network = new SimulatedNetwork(NONCE);
        RecordedFates told = new RecordedFates(path.pacing());
        EchoEngine engine = new EchoEngine(network, network, new ProberSettings(path.pacing()), NONCE, told);
        network.otherwise(path::befall);
        network.hopLimit(path.hopLimitSeen());

        engine.want(List.of(new ProbeTarget(0, path.destination())));
        while (network.now().compareTo(path.length()) < 0) {
            network.turn(engine);
        }

        assertThat(byPacket(told)).as(file.toString()).hasSize(path.pacing().packetsPerTarget())
                .containsAllEntriesOf(path.expected());
        assertThat(told.duplicates()).hasSize((int) path.count("duplicates"));
        assertThat(engine.counters().late()).isEqualTo(path.count("late"));
        assertThat(engine.counters().corrupt()).isEqualTo(path.count("corrupt"));
        assertThat(engine.counters().foreign()).isEqualTo(path.count("foreign"));
        if (path.count("hop-limit") > 0) {
            assertThat(told.events("hop-limit")).containsOnly("hop-limit 0 " + path.count("hop-limit"));
        }
    }

    /** In the order in which they left; of those of one tick, in the order in which they were told. */
    private static Map<Integer, ProbeOutcome> byPacket(RecordedFates told) {
        Map<Integer, ProbeOutcome> fates = new TreeMap<>();
        told.all().stream().sorted(Comparator.comparingLong(RecordedFates.Fate::wallNanos))
                .forEach(fate -> fates.put(fates.size() + 1, fate.outcome()));
        return fates;
    }
}
