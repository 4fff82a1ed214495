package io.sentinelmesh.agent.probecommand;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;

import static org.assertj.core.api.Assertions.assertThat;

class ProbeTroubleTest {

    /** A kind that this host has no means for. */
    private record Failing() implements Kind {

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String summary() {
            return "Fails.";
        }

        @Override
        public String targetForm() {
            return "HOST";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Run prepare(String target, Settings settings) {
            return _ -> {
                throw new IllegalStateException("no memory for packets\nand more");
            };
        }
    }

    @Test
    void this_hosts_own_trouble_is_one_line_and_no_stack_trace() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int exit = ProbeMain.commandLine(List.of(new Failing()), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)).execute("failing", "192.0.2.1");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines(
                ProbeMain.NAME + " failing: no memory for packets");
        assertThat(out.size()).isZero();
    }
}
