package io.sentinelmesh.agent.link;

import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.agent.link.LinkStatus.State;

/** Remembers how the link is. Told by the link's event loop, asked by any thread. */
final class LinkWatch {

    private final InstantSource clock;
    private volatile LinkStatus status;

    LinkWatch(URI first, InstantSource clock) {
        this.clock = clock;
        this.status = new LinkStatus(State.CONNECTING, first.toString(), clock.instant(), Optional.of("not tried yet"),
                Optional.empty(), Optional.empty());
    }

    LinkStatus status() {
        return status;
    }

    void linked(URI aggregator) {
        become(State.LINKED, aggregator, null);
    }

    /** Also after a refusal, whose reason says more than that the connection ended. */
    void away(URI aggregator, @Nullable String why) {
        if (status.state() != State.REFUSED || !status.aggregator().equals(aggregator.toString())) {
            become(State.AWAY, aggregator, why == null ? "for no known reason" : why);
        }
    }

    void refused(URI aggregator, String why) {
        become(State.REFUSED, aggregator, why);
    }

    private void become(State state, URI aggregator, @Nullable String why) {
        LinkStatus before = status;
        status = new LinkStatus(state, aggregator.toString(),
                state == before.state() ? before.since() : clock.instant(), Optional.ofNullable(why), before.mode(),
                before.clockOffset());
    }
}
