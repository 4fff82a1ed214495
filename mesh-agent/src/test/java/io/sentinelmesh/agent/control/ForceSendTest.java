package io.sentinelmesh.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.link.LinkStatus;
import io.sentinelmesh.agent.spool.DropReason;
import io.sentinelmesh.agent.spool.Drops;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.spool.Tally;

import static org.assertj.core.api.Assertions.assertThat;

class ForceSendTest {

    private final AtomicReference<SpoolBalance> balance = new AtomicReference<>(
            new SpoolBalance(new Tally(10, 30), new Tally(7, 21), new Tally(3, 9), Drops.NONE));
    private LinkStatus link = link(LinkStatus.State.LINKED, Optional.empty());
    private final List<Duration> hurried = new ArrayList<>();
    private final Heard heard = new Heard();

    private static LinkStatus link(LinkStatus.State state, Optional<String> why) {
        return new LinkStatus(state, "https://192.0.2.1:7422", Instant.EPOCH, why, Optional.empty(), Optional.empty());
    }

    private ForceSend whenHurried(Runnable then) {
        return new ForceSend(balance::get, () -> link, howLong -> {
            hurried.add(howLong);
            then.run();
        });
    }

    @Test
    void what_waited_and_is_acknowledged_is_said() throws Exception {
        // One more was made meanwhile, which is none of what waited.
        int code = whenHurried(() -> balance.set(
                new SpoolBalance(new Tally(11, 33), new Tally(10, 30), new Tally(1, 3), Drops.NONE)))
                .run(List.of("5"), heard);

        assertThat(code).isZero();
        assertThat(hurried).containsExactly(Duration.ofSeconds(5));
        assertThat(heard.out).singleElement().asString().contains("3 rounds (9 results) waited")
                .contains("all of them");
    }

    @Test
    void what_is_not_acknowledged_in_time_is_said_with_how_much_it_is() throws Exception {
        int code = whenHurried(() -> balance.set(
                new SpoolBalance(new Tally(10, 30), new Tally(8, 24), new Tally(2, 6), Drops.NONE)))
                .run(List.of("1"), heard);

        assertThat(code).isEqualTo(1);
        assertThat(heard.err).singleElement().asString().contains("not acknowledged 2 rounds (6 results)");
    }

    @Test
    void what_was_given_up_meanwhile_is_not_called_arrived() throws Exception {
        int code = whenHurried(() -> balance.set(new SpoolBalance(new Tally(10, 30), new Tally(8, 24), Tally.ZERO,
                Drops.of(DropReason.AGE, new Tally(2, 6))))).run(List.of("1"), heard);

        assertThat(code).isEqualTo(1);
        assertThat(heard.err).singleElement().asString().contains("2 rounds (6 results) were dropped");
    }

    @Test
    void without_a_link_nothing_is_hurried_and_the_reason_is_said() throws Exception {
        link = link(LinkStatus.State.AWAY, Optional.of("Connection refused"));

        assertThat(whenHurried(() -> {
        }).run(List.of(), heard)).isEqualTo(1);
        assertThat(hurried).isEmpty();
        assertThat(heard.err).singleElement().asString().contains("Connection refused")
                .contains("3 rounds (9 results)");
    }

    @Test
    void if_nothing_waits_there_is_nothing_to_do() throws Exception {
        balance.set(new SpoolBalance(new Tally(7, 21), new Tally(7, 21), Tally.ZERO, Drops.NONE));

        assertThat(whenHurried(() -> {
        }).run(List.of(), heard)).isZero();
        assertThat(heard.out).singleElement().asString().contains("nothing waits");
    }
}
