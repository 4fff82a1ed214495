package io.sentinelmesh.aggregator.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.MultiMap;

/** What a history request asks for, checked. */
record HistoryQuery(NodeId source, NodeId destination, Instant from, Instant to, Duration step,
        Optional<ProbeKind> kind) {

    static final int MOST_POINTS = 10_000;
    static final int DEFAULT_POINTS = 720;
    static final Duration SMALLEST_STEP = Duration.ofSeconds(10);
    static final Duration LARGEST_STEP = Duration.ofDays(1);
    private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);

    /** Nothing was measured before, and no clock goes so far wrong; beyond it a database would refuse the time. */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    private static final Set<String> KNOWN = Set.of("from", "to", "step", "kind", "format");

    /**
     * @throws BadParameterException naming the first parameter that makes no sense, and how to write it
     */
    static HistoryQuery parse(String source, String destination, MultiMap query, Instant now) {
        QueryParameters.check(query, KNOWN, "use from, to, step, kind or format");
        Instant to = instant(query, "to").orElse(now);
        Instant from = QueryParameters.from(query, to, DEFAULT_WINDOW);
        Duration step = step(query, Duration.between(from, to));
        return new HistoryQuery(id("source", source), id("destination", destination), from, to, step, kind(query));
    }

    static NodeId id(String name, String text) {
        try {
            return NodeId.parse(text);
        } catch (IllegalArgumentException notAnId) {
            throw new BadParameterException(name, "no node id", "write the UUID that /api/v1/agents or "
                    + "/api/v1/matrix shows, such as 3f1c9a52-7d7e-4b0a-9a53-0c8f5b1f6d11");
        }
    }

    static Optional<Instant> instant(MultiMap query, String name) {
        String text = query.get(name);
        if (text == null) {
            return Optional.empty();
        }
        String how = "write RFC 3339 such as 2026-01-31T09:30:00Z (a + before an offset must be sent as %2B)";
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
                throw new BadParameterException(name, "outside the years 2000 to 2099", how);
            }
            return Optional.of(instant);
        } catch (DateTimeException notATime) {
            throw new BadParameterException(name, "no time", how);
        }
    }

    static Duration step(MultiMap query, Duration window) {
        String text = query.get("step");
        if (text == null) {
            long seconds = Math.ceilDiv(window.toMillis(), DEFAULT_POINTS * 1_000L);
            Duration least = Duration.ofSeconds(Math.max(seconds, SMALLEST_STEP.toSeconds()));
            return least.compareTo(LARGEST_STEP) < 0 ? least : LARGEST_STEP;
        }
        String how = "write a whole number of seconds from 10 to 86400";
        long seconds;
        try {
            seconds = Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new BadParameterException("step", "no whole number", how);
        }
        if (seconds < SMALLEST_STEP.toSeconds() || seconds > LARGEST_STEP.toSeconds()) {
            throw new BadParameterException("step", "out of range", how);
        }
        if (Math.ceilDiv(window.toSeconds(), seconds) > MOST_POINTS) {
            throw new BadParameterException("step", "so small that this window has more than " + MOST_POINTS + " steps",
                    "take at least " + Math.ceilDiv(window.toSeconds(), MOST_POINTS) + ", or a shorter window");
        }
        return Duration.ofSeconds(seconds);
    }

    static Optional<ProbeKind> kind(MultiMap query) {
        String text = query.get("kind");
        if (text == null) {
            return Optional.empty();
        }
        for (ProbeKind kind : ProbeKind.values()) {
            if (kind.label().equals(text)) {
                return Optional.of(kind);
            }
        }
        throw new BadParameterException("kind", "unknown",
                "write one of " + List.of(ProbeKind.values()).stream().map(ProbeKind::label).toList());
    }
}
