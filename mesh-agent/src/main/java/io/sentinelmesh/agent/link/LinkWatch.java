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

    /** @param reason for that way; empty where nothing is to be said */
    void linked(URI aggregator, LinkMode mode, String reason) {
        become(State.LINKED, aggregator, null,
                Optional.of(reason.isEmpty() ? mode.word() : mode.word() + " (" + reason + ")"));
    }

    /** Also after a refusal, whose reason says more than that the connection ended. */
    void away(URI aggregator, String why) {
        if (status.state() != State.REFUSED || !status.aggregator().equals(aggregator.toString())) {
            become(State.AWAY, aggregator, why, Optional.empty());
        }
    }

    void refused(URI aggregator, String why) {
        become(State.REFUSED, aggregator, why, Optional.empty());
    }

    private void become(State state, URI aggregator, @Nullable String why, Optional<String> mode) {
        LinkStatus before = status;
        status = new LinkStatus(state, aggregator.toString(),
                state == before.state() ? before.since() : clock.instant(), Optional.ofNullable(why), mode,
                Optional.empty());
    }
}
