package io.sentinelmesh.agent.spool;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The spool with its own thread on a real folder. */
class SpoolTest {

    @TempDir
    private Path folder;

    private Spool open(Disk disk) {
        return new Spool(folder.resolve("spool"), SpoolSettings.DEFAULT, Rounds.SELF, UUID.randomUUID(),
                Spool.Company.NONE,
                Clock.systemUTC(), disk);
    }

    private static Optional<Outgoing> next(Spool spool) {
        CompletableFuture<Optional<Outgoing>> given = new CompletableFuture<>();
        spool.next(8, false, given::complete);
        return given.join();
    }

    @Test
    void a_row_is_durable_soon_without_anyone_asking_and_the_link_is_told() {
        CountDownLatch told = new CountDownLatch(1);
        try (Spool spool = open(new FileDisk())) {
            spool.onReady(told::countDown);
            spool.add(Rounds.row(1));

            await().until(() -> spool.durableRows() == 1 && told.getCount() == 0);
        }
    }

    @Test
    void a_disk_that_hangs_does_not_hold_up_who_hands_rows_over() {
        CountDownLatch mended = new CountDownLatch(1);
        Disk hanging = new Disk() {
            @Override
            public Output create(Path file) throws java.io.IOException {
                try {
                    mended.await();
                } catch (InterruptedException e) {
                    throw new java.io.IOException(e);
                }
                return new FileDisk().create(file);
            }

            @Override
            public void delete(Path file) throws java.io.IOException {
                new FileDisk().delete(file);
            }
        };
        int rows = 200;
        StandInAggregator aggregator = new StandInAggregator();
        try (Spool spool = open(hanging)) {
            for (int number = 1; number <= rows; number++) {
                spool.add(Rounds.row(number, 500));
            }
            SpoolBalance balance = spool.balance();
            assertThat(balance.made().rows()).isEqualTo(rows);
            assertThat(balance.waiting().results()).isLessThanOrEqualTo(Spool.MAX_INBOUND_RESULTS + 1_000);
            long dropped = balance.dropped().of(DropReason.DISK_ERROR).rows();
            assertThat(dropped).isPositive();

            mended.countDown();
            await().until(() -> {
                next(spool).ifPresent(batch -> {
                    var ack = aggregator.take(batch.frame());
                    spool.acknowledge(ack.boot(), ack.sequence());
                });
                return spool.balance().waiting().isZero() || aggregator.rows().size() + dropped >= rows - 6;
            });
        }

        SpoolBalance after = reopenedBalance();
        assertThat(after.made().rows()).isEqualTo(rows);
        assertThat(after.acknowledged()).isEqualTo(aggregator.stored());
    }

    private SpoolBalance reopenedBalance() {
        try (Spool again = open(new FileDisk())) {
            next(again);
            return again.balance();
        }
    }

    @Test
    void what_was_handed_over_before_closing_is_there_after_it() {
        Spool spool = open(new FileDisk());
        for (int number = 1; number <= 30; number++) {
            spool.add(Rounds.row(number));
        }

        spool.close();

        assertThat(reopenedBalance().waiting()).isEqualTo(new Tally(30, 30));
    }
}
