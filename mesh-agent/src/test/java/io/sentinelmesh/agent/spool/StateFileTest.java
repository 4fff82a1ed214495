package io.sentinelmesh.agent.spool;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class StateFileTest {

    @TempDir
    private Path folder;

    private static Books books(int settled) {
        return new Books(new Tally(100, 100), new Tally(settled, settled), Drops.NONE);
    }

    private void spoil(int at) throws Exception {
        Path file = folder.resolve(StateFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        bytes[at + 30] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void the_newest_books_are_read_back() throws Exception {
        try (StateFile state = new StateFile(folder)) {
            for (int settled = 1; settled <= 5; settled++) {
                state.write(books(settled));
                assertThat(StateFile.read(folder)).contains(books(settled));
            }
        }
    }

    @Test
    void when_the_newest_are_spoiled_those_before_them_serve() throws Exception {
        try (StateFile state = new StateFile(folder)) {
            state.write(books(1));
            state.write(books(2));
            state.write(books(3));
        }

        spoil(0); // the third writing went there again

        assertThat(StateFile.read(folder)).contains(books(2));
    }

    @Test
    void what_was_forced_survives_the_loss_of_either_place() throws Exception {
        try (StateFile state = new StateFile(folder)) {
            state.write(books(1));
            state.force(books(2));
        }
        spoil(4096);
        assertThat(StateFile.read(folder)).contains(books(2));
        spoil(4096);

        spoil(0);

        assertThat(StateFile.read(folder)).contains(books(2));
    }

    @Test
    void without_a_whole_copy_there_are_no_books() throws Exception {
        assertThat(StateFile.read(folder)).isEmpty();
        try (StateFile state = new StateFile(folder)) {
            state.write(books(1));
        }
        spoil(0);
        spoil(4096);

        assertThat(StateFile.read(folder)).isEmpty();
    }
}
