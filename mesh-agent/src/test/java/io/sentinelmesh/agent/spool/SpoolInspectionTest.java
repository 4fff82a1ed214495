package io.sentinelmesh.agent.spool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SpoolInspectionTest {

    @TempDir
    private Path folder;

    @Test
    void it_sees_what_a_running_spool_made_durable_and_changes_nothing() throws Exception {
        SpoolRig rig = new SpoolRig(folder);
        rig.add(1, 3);
        rig.restart();
        rig.pass(Duration.ofMinutes(1));
        rig.add(4, 40);
        rig.backlog.sync();
        rig.acknowledge(rig.next().orElseThrow());

        SpoolInspection found = SpoolInspection.of(folder);

        assertThat(found.balance()).isEqualTo(rig.balance());
        assertThat(found.runs()).hasSize(1);
        assertThat(found.oldest()).contains(Rounds.START.plusSeconds(60));
        assertThat(found.newest()).contains(Rounds.START.plusSeconds(60));
        assertThat(found.damage()).isEmpty();
        assertThat(found.segments().stream().map(SpoolInspection.Segment::waiting).reduce(Tally.ZERO, Tally::plus))
                .isEqualTo(new Tally(37, 37));
        rig.drain();
        assertThat(rig.aggregator.rows()).hasSize(40);
    }

    @Test
    void it_names_the_places_that_are_damaged() throws Exception {
        SpoolRig rig = new SpoolRig(folder);
        rig.add(1, 3);
        rig.backlog.close();
        Path segment;
        try (Stream<Path> files = Files.list(folder)) {
            segment = files.filter(file -> Segment.idOf(file).isPresent()).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        bytes[Segment.HEADER_BYTES + 20] ^= 4;
        Files.write(segment, bytes);

        SpoolInspection found = SpoolInspection.of(folder);

        assertThat(found.damage()).hasSize(1).first()
                .extracting(SpoolInspection.Damage::offset).isEqualTo((long) Segment.HEADER_BYTES);
        assertThat(found.balance().dropped().of(DropReason.CORRUPT)).isEqualTo(new Tally(1, 1));
    }
}
