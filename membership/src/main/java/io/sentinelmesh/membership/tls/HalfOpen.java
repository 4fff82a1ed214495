package io.sentinelmesh.membership.tls;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The accepted connections whose peers have not shown yet who they are, eldest first. Guarded by itself. */
final class HalfOpen<C> {

    private final int most;
    private final Set<C> channels = new LinkedHashSet<>();

    HalfOpen(int most) {
        this.most = most;
    }

    /** @return the one that must give way for it */
    synchronized Optional<C> begins(C channel) {
        channels.add(channel);
        if (channels.size() <= most) {
            return Optional.empty();
        }
        C eldest = channels.iterator().next();
        channels.remove(eldest);
        return Optional.of(eldest);
    }

    synchronized void ended(C channel) {
        channels.remove(channel);
    }

    synchronized int size() {
        return channels.size();
    }
}
