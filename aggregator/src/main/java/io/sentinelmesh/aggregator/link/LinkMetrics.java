package io.sentinelmesh.aggregator.link;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.wire.Frame;

/** What the links count. */
final class LinkMetrics {

    private enum Kind {
        HELLO, BATCH, LIVE, PING, PONG, GOODBYE, SETTINGS_REPLY, DIAL_BACK, OTHER
    }

    final Counter undecodable;
    final Counter unknownKind;
    final Counter tooLarge;
    final Counter exchanges;
    final Counter skippedBatches;
    final Counter duplicates;
    private final MetricRegistry registry;
    private final Map<Kind, Counter> frames = new EnumMap<>(Kind.class);
    private final Map<Frame.Refusal.Code, Counter> refusals = new EnumMap<>(Frame.Refusal.Code.class);

    LinkMetrics(MetricRegistry registry) {
        this.registry = registry;
        for (Kind kind : Kind.values()) {
            frames.put(kind, registry.counter("sentinel_link_frames_received_total",
                    "kind=\"" + kind.name().toLowerCase(Locale.ROOT) + "\"", "Frames received from agents by kind."));
        }
        for (Frame.Refusal.Code code : Frame.Refusal.Code.values()) {
            refusals.put(code,
                    registry.counter("sentinel_link_refusals_total",
                            "code=\"" + code.name().toLowerCase(Locale.ROOT) + "\"",
                            "Links refused or ended because of what the agent sent."));
        }
        undecodable = registry.counter("sentinel_link_undecodable_messages_total", "",
                "Messages that were no frame of a known version within its limits.");
        unknownKind = registry.counter("sentinel_link_unknown_frames_total", "",
                "Frames of a kind that only newer agents know, passed over.");
        tooLarge = registry.counter("sentinel_link_too_large_total", "",
                "Messages and requests of agents that were not read to their end, as they are larger than any frame.");
        exchanges = registry.counter("sentinel_link_exchanges_total", "",
                "Requests of agents that no WebSocket gets through to.");
        duplicates = registry.counter("sentinel_duplicate_identities_total", "",
                "Times that a process came back whose identity another had taken over: two hosts with one identity.");
        skippedBatches = registry.counter("sentinel_link_batches_repeated_total", "",
                "Batches that came again and were not queued again.");
    }

    void parked(IntSupplier batches, LongSupplier bytes) {
        registry.gauge("sentinel_link_parked_batches", "",
                "Batches that came within their agents' credit and wait for room in the store writer's queue.",
                batches::getAsInt);
        registry.gauge("sentinel_link_parked_bytes", "", "The same in bytes, as they travelled.", bytes::getAsLong);
    }

    void received(Frame frame) {
        Kind kind = switch (frame) {
            case Frame.Hello _ -> Kind.HELLO;
            case Frame.Batch _ -> Kind.BATCH;
            case Frame.Live _ -> Kind.LIVE;
            case Frame.Ping _ -> Kind.PING;
            case Frame.Pong _ -> Kind.PONG;
            case Frame.Goodbye _ -> Kind.GOODBYE;
            case Frame.SettingsReply _ -> Kind.SETTINGS_REPLY;
            case Frame.DialBack _ -> Kind.DIAL_BACK;
            case Frame.Config _,Frame.Ack _,Frame.Credit _,Frame.Refusal _,Frame.Settings _,Frame.DialBackAnswer _ ->
                Kind.OTHER;
        };
        count(frames, kind);
    }

    void refused(Frame.Refusal.Code code) {
        count(refusals, code);
    }

    private static <K> void count(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }
}
