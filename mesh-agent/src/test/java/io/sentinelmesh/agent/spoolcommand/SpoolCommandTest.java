package io.sentinelmesh.agent.spoolcommand;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolSettings;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SpoolCommandTest {

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) {
        return SpoolCommand.group(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), environment).execute(arguments);
    }

    @Test
    void it_tells_the_books_of_an_agent_that_is_running() throws Exception {
        NodeId agent = NodeId.random();
        try (Spool spool = Spool.open(folder.resolve(Spool.FOLDER), SpoolSettings.DEFAULT, agent, UUID.randomUUID(),
                Spool.Company.NONE, Clock.systemUTC())) {
            for (int i = 0; i < 3; i++) {
                spool.add(new MatrixRow(agent, ProbeKind.ICMP_ECHO, Instant.EPOCH, Duration.ofSeconds(10),
                        List.of(PairResult.of(NodeId.random(), 1, 100), PairResult.of(NodeId.random(), 1))));
            }
            await().until(() -> spool.durableRows() == 3);

            assertThat(run(Map.of(), "inspect", "--json", "--data-dir", folder.toString())).isZero();
        }

        JsonNode told = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(told.at("/made/rounds").asInt()).isEqualTo(3);
        assertThat(told.at("/waiting/results").asInt()).isEqualTo(6);
        assertThat(told.at("/dropped/full/rounds").asInt()).isZero();
        assertThat(told.at("/segments")).hasSize(1);
        assertThat(told.at("/runs")).hasSize(1);
        assertThat(told.at("/damage")).isEmpty();
    }

    @Test
    void without_a_folder_it_says_in_one_line_how_to_give_one() {
        assertThat(run(Map.of(), "inspect")).isEqualTo(SpoolCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1).first().asString().contains("--data-dir");
    }

    @Test
    void a_folder_without_a_spool_is_told_in_one_line() {
        assertThat(run(Map.of("SENTINEL_AGENT_DATA_DIR", folder.toString()), "inspect"))
                .isEqualTo(SpoolCommand.NOT_WELL);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1).first().asString()
                .contains(folder.toString());
    }
}
