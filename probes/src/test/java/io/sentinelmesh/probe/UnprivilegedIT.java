package io.sentinelmesh.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.probe.lab.RefusingNetwork;

import static org.assertj.core.api.Assertions.assertThat;

/** Who turned a packet away, heard by a process that has no capability at all. */
class UnprivilegedIT {

    private static final String WITHOUT_RIGHTS = "setpriv --bounding-set=-all --inh-caps=-all";
    private static RefusingNetwork network;

    @BeforeAll
    static void makeNetwork() {
        network = RefusingNetwork.open();
    }

    @AfterAll
    static void removeNetwork() {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"tcp,198.51.100.12,192.0.2.254", "tcp,2001:db8:b::12,2001:db8:a::fe", "udp,198.51.100.12,192.0.2.254",
            "udp,2001:db8:b::12,2001:db8:a::fe"})
    void the_offender_is_named_without_any_right(String kind, String destination, String offender) throws Exception {
        assertThat(run(kind, "[" + destination + "]:7")).containsExactly("administratively-prohibited",
                "[{reason=administratively-prohibited, offender=" + offender + ", count=1}]");
    }

    private static List<String> run(String kind, String target) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(network.lab().exec(RefusingNetwork.PROBER));
        command.addAll(List.of(WITHOUT_RIGHTS.split(" ")));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Dslf4j.internal.verbosity=ERROR",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                KindRun.class.getName(), kind, target, "count", "1"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
