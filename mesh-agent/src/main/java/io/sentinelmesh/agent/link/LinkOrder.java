package io.sentinelmesh.agent.link;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What one link may carry next, as the aggregator sees it: the batches of a boot without gaps, beginning anywhere, of so many boots and no
 * more. Of the link's event loop.
 */
final class LinkOrder {

    /** Restarts while the aggregator is away leave batches of several boots; it remembers this many on a link. */
    static final int MAX_BOOTS = 8;

    private final Map<UUID, Long> sent = new HashMap<>();
    private final Map<UUID, Long> acknowledged = new HashMap<>();

    boolean takes(UUID boot, long sequence) {
        Long last = sent.get(boot);
        return last == null ? sent.size() < MAX_BOOTS : sequence <= last + 1;
    }

    void sent(UUID boot, long sequence) {
        sent.merge(boot, sequence, Math::max);
    }

    void acknowledged(UUID boot, long sequence) {
        acknowledged.merge(boot, sequence, Math::max);
    }

    /** Nothing that went over this link waits for its acknowledgement. */
    boolean isQuiet() {
        return sent.entrySet().stream()
                .allMatch(boot -> boot.getValue() <= acknowledged.getOrDefault(boot.getKey(), 0L));
    }
}
