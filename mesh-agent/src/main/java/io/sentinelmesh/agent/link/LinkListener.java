package io.sentinelmesh.agent.link;

import io.sentinelmesh.wire.Frame;

/** Hears what the aggregator says that is not about batches. Called on the link's event loop: must not block. */
public interface LinkListener {

    void configured(Frame.Config config);

    /** Judge them and answer by {@link AggregatorLink#reply}. */
    void settings(Frame.Settings settings);

    /** The aggregator can be asked for dial-backs, or answers one. */
    void dialBack(Frame.DialBackAnswer answer);

    /** The link is gone; it is tried again. */
    void unlinked();

    /** The aggregator will not have this agent: trying again at once would be refused again. */
    void refused(Frame.Refusal refusal);
}
