package io.sentinelmesh.db.postgres;

import java.net.InetAddress;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.TraceOutcome;

/** Rows of pair_path with their path, read and written. */
final class PathRow {

    /** From {@code pair_path p} and {@code path w}: what {@link #read} takes. */
    static final String COLUMNS = """
            p.since, p.last_seen, ARRAY(SELECT coalesce(host(u.hop), '') FROM unnest(w.hops) WITH ORDINALITY AS u (hop, n) ORDER BY u.n), w.reached,
            host(p.target), p.flow, p.outcome, p.restless,
            ARRAY(SELECT t FROM jsonb_each_text(p.labels) l, unnest(ARRAY[l.key, l.value]) WITH ORDINALITY AS u (t, n) ORDER BY l.key, u.n)""";

    private PathRow() {
    }

    /** @param first number of the first column */
    static PairPath read(ResultSet row, int first) throws SQLException {
        List<Optional<InetAddress>> hops = Stream.of(texts(row.getArray(first + 2)))
                .map(hop -> hop.isEmpty() ? Optional.<InetAddress>empty() : Optional.of(InetAddress.ofLiteral(hop)))
                .toList();
        return new PairPath(row.getObject(first, OffsetDateTime.class).toInstant(),
                row.getObject(first + 1, OffsetDateTime.class).toInstant(),
                new Path(hops, row.getBoolean(first + 3)), InetAddress.ofLiteral(row.getString(first + 4)),
                row.getInt(first + 5), TraceOutcome.ofNumber(row.getInt(first + 6)),
                labels(LabelsJson.read(texts(row.getArray(first + 8)))), row.getInt(first + 7));
    }

    private static String[] texts(Array array) throws SQLException {
        return (String[]) array.getArray();
    }

    private static SortedMap<Integer, List<Integer>> labels(Map<String, String> texts) {
        SortedMap<Integer, List<Integer>> labels = new TreeMap<>();
        texts.forEach((hop, stack) -> labels.put(Integer.valueOf(hop),
                Stream.of(stack.split(" ", -1)).map(Integer::valueOf).toList()));
        return labels;
    }

    /** Null if there are none. */
    static @Nullable String labelsJson(SortedMap<Integer, List<Integer>> labels) {
        Map<String, String> texts = new LinkedHashMap<>();
        labels.forEach((hop, stack) -> texts.put(hop.toString(),
                stack.stream().map(String::valueOf).collect(Collectors.joining(" "))));
        return texts.isEmpty() ? null : LabelsJson.write(texts);
    }

    /** The path's hash as the database has it. */
    static long number(Path path) {
        return Long.parseUnsignedLong(path.hash(), 16);
    }

    static @Nullable String[] hops(Path path) {
        List<@Nullable String> hops = new ArrayList<>();
        path.hops().forEach(hop -> hops.add(hop.map(PathRow::text).orElse(null)));
        return hops.toArray(new @Nullable String[0]);
    }

    /** Without the scope ("%eth0"), which means nothing on another host. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
