package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.sentinelmesh.agent.link.LinkStatus;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.spool.Tally;

/** {@code force-send [SECONDS]}: what waits now goes without a pause, and how much of it the aggregator has is said. */
public final class ForceSend implements Order {

    public static final String WORD = "force-send";

    static final Duration USUAL_WAIT = Duration.ofSeconds(10);
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    static final int DONE = 0;
    static final int NOT_DONE = 1;
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int LOOKS_PER_SIGN = 20;

    private final Supplier<SpoolBalance> balance;
    private final Supplier<LinkStatus> link;
    private final Consumer<Duration> hurry;

    /** @param hurry lets what waits go, for as long as is said */
    public ForceSend(Supplier<SpoolBalance> balance, Supplier<LinkStatus> link, Consumer<Duration> hurry) {
        this.balance = balance;
        this.link = link;
        this.hurry = hurry;
    }

    @Override
    public int run(List<String> words, Answer answer) throws IOException, InterruptedException {
        Duration wait = words.stream().filter(word -> word.matches("[0-9]{1,4}")).findFirst()
                .map(word -> Duration.ofSeconds(Long.parseLong(word))).orElse(USUAL_WAIT);
        Duration limit = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        SpoolBalance before = balance.get();
        Tally waiting = before.waiting();
        if (waiting.isZero()) {
            answer.out("nothing waits: the aggregator has all " + before.acknowledged().results() + " results");
            return DONE;
        }
        LinkStatus now = link.get();
        if (!now.linked()) {
            answer.err("no link to the aggregator " + now.aggregator() + " (" + now.why().orElse("") + "): "
                    + words(waiting) + " wait, and go when it is back");
            return NOT_DONE;
        }
        long begun = System.nanoTime();
        hurry.accept(limit);
        for (int looks = 1; unsettled(before).rows() > 0 && System.nanoTime() - begun < limit.toNanos(); looks++) {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            if (looks % LOOKS_PER_SIGN == 0) {
                answer.stillHere();
            }
        }
        return tell(before, System.nanoTime() - begun, answer);
    }

    /** Of what waited then. Rows leave in the order in which they came. */
    private Tally unsettled(SpoolBalance before) {
        SpoolBalance now = balance.get();
        Tally settled = now.made().minus(now.waiting());
        return settled.rows() >= before.made().rows() ? Tally.ZERO : before.made().minus(settled);
    }

    private int tell(SpoolBalance before, long nanos, Answer answer) throws IOException {
        Tally left = unsettled(before);
        Tally dropped = balance.get().dropped().total().minus(before.dropped().total());
        String waited = words(before.waiting()) + " waited; ";
        if (!left.isZero()) {
            answer.err(
                    waited + "the aggregator has not acknowledged " + words(left) + " within " + nanos / 1_000_000_000
                            + " s; they go on waiting in the spool");
            return NOT_DONE;
        }
        if (!dropped.isZero()) {
            answer.err(waited + "none of them waits any more, but " + words(dropped) + " were dropped meanwhile");
            return NOT_DONE;
        }
        answer.out(waited + String.format(Locale.ROOT, "the aggregator has all of them after %.1f s", nanos / 1e9));
        return DONE;
    }

    private static String words(Tally tally) {
        return tally.rows() + " rounds (" + tally.results() + " results)";
    }
}
