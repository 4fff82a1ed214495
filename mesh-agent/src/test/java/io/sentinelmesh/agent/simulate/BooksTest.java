package io.sentinelmesh.agent.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class BooksTest {

    private static final World WORLD = new World(3, 1, 7, Duration.ofSeconds(10), 10);
    private static final long FIRST = 1_000;

    private final Rounds rounds = new Rounds(WORLD,
            IntStream.range(0, WORLD.agents()).mapToObj(i -> new NodeId(new UUID(1, i))).toList(), List.of(), 0);
    private final Books books = new Books(WORLD.agents());

    @TempDir
    private Path folder;

    private List<String[]> samplesOf(String source) throws IOException {
        Path file = folder.resolve("books");
        books.write(file, rounds, FIRST);
        return Files.readAllLines(file).stream().map(line -> line.split("\t"))
                .filter(line -> line[0].equals("result") && line[1].equals(source)).toList();
    }

    @Test
    void only_rounds_that_are_acknowledged_are_samples() throws IOException {
        books.acknowledged(1, Tally.NOTHING, FIRST + 1);

        assertThat(samplesOf("s002-1")).hasSize(5)
                .allSatisfy(line -> assertThat(Long.parseLong(line[3])).isBetween(FIRST * 10_000_000,
                        (FIRST + 1) * 10_000_000));
    }

    @Test
    void who_was_never_answered_has_no_samples() throws IOException {
        assertThat(samplesOf("s001-1")).isEmpty();
    }
}
