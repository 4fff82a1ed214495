package io.sentinelmesh.agent.link;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

import io.sentinelmesh.measurement.AgentHealth.ClockOffset;

/**
 * How the link to the aggregator is, for people.
 *
 * @param aggregator the address in use, or tried last
 * @param since when it came to be so
 * @param why it is not linked; empty if it is
 * @param mode by which way it goes, where there are several
 * @param clockOffset of this host's wall clock from the aggregator's, with its bound, in words
 */
public record LinkStatus(State state, String aggregator, Instant since, Optional<String> why, Optional<String> mode,
        Optional<String> clockOffset) {

    public enum State {
        CONNECTING, LINKED, AWAY, REFUSED
    }

    LinkStatus with(Optional<ClockOffset> offset) {
        return new LinkStatus(state, aggregator, since, why, mode, offset.map(known -> String.format(Locale.ROOT,
                "%+.1f ms from the aggregator's, no further off than %.1f ms", known.offsetMicros() / 1e3,
                known.boundMicros() / 1e3)));
    }

    public boolean linked() {
        return state == State.LINKED;
    }
}
