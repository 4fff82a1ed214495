package io.sentinelmesh.aggregator.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.vertx.core.MultiMap;

/** What all questions ask of their parameters in the same way. All of it throws {@link BadParameterException}. */
final class QueryParameters {

    private QueryParameters() {
    }

    /**
     * Each is known and given once.
     *
     * @param remedy which ones there are, in words
     * @param repeatable those that may be given more than once
     */
    static void check(MultiMap query, Set<String> known, String remedy, String... repeatable) {
        Set<String> often = Set.of(repeatable);
        for (String name : query.names()) {
            if (!known.contains(name)) {
                throw new BadParameterException(name, "unknown", remedy);
            }
            if (!often.contains(name) && query.getAll(name).size() > 1) {
                throw new BadParameterException(name, "given more than once", "give it once");
            }
        }
    }

    /** {@code from}: without it, so long before the end. */
    static Instant from(MultiMap query, Instant to, Duration window) {
        Instant from = HistoryQuery.instant(query, "from").orElse(to.minus(window));
        if (!from.isBefore(to)) {
            throw new BadParameterException("from", "not before 'to' (" + to + ")", "give an earlier time");
        }
        return from;
    }

    /** {@code limit}. */
    static int limit(MultiMap query, int usual, int most) {
        @Nullable
        String text = query.get("limit");
        if (text == null) {
            return usual;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new BadParameterException("limit", "out of range", "write a whole number from 1 to " + most);
        }
        return Integer.parseInt(text);
    }
}
