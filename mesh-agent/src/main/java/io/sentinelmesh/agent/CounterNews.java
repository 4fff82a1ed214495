package io.sentinelmesh.agent;

import java.util.Optional;
import java.util.StringJoiner;

import io.sentinelmesh.probe.ProberCounters;

/** What a prober noticed since it was asked last, in one line for the log. */
final class CounterNews {

    private CounterNews() {
    }

    /** Empty if nothing grew. */
    static Optional<String> between(ProberCounters before, ProberCounters now) {
        StringJoiner news = new StringJoiner(", ");
        tell(news, now.late() - before.late(), "late answers");
        tell(news, now.corrupt() - before.corrupt(), "corrupt answers");
        tell(news, now.foreign() - before.foreign(), "answers that were not ours");
        tell(news, now.unstamped() - before.unstamped(), "answers without a kernel timestamp");
        tell(news, now.pauses() - before.pauses(), "times held up, schedule moved");
        tell(news, now.clockSteps() - before.clockSteps(), "times the wall clock was set");
        tell(news, now.disturbed() - before.disturbed(), "packets left out because of that");
        tell(news, now.heldBack() - before.heldBack(), "packets held back by the rate caps");
        return news.length() == 0 ? Optional.empty() : Optional.of(news.toString());
    }

    private static void tell(StringJoiner news, long grown, String what) {
        if (grown > 0) {
            news.add(grown + " " + what);
        }
    }
}
