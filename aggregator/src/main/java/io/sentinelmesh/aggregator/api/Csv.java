package io.sentinelmesh.aggregator.api;

import java.util.Locale;
import java.util.Optional;

import io.vertx.ext.web.RoutingContext;

/** Rows for spreadsheets (RFC 4180). */
final class Csv {

    static final String CONTENT_TYPE = "text/csv; charset=utf-8; header=present";

    /** A spreadsheet takes a text that begins so for a formula, and what it says may come from anyone. */
    private static final String FORMULA_STARTS = "=+-@\t\r";

    private Csv() {
    }

    /**
     * Whether the asker wants CSV: by {@code format=csv}, or by accepting it and no JSON.
     *
     * @throws BadParameterException if the format is neither csv nor json
     */
    static boolean wanted(RoutingContext ctx) {
        String format = ctx.queryParams().get("format");
        if (format == null) {
            String accept = Optional.ofNullable(ctx.request().getHeader("Accept")).orElse("").toLowerCase(Locale.ROOT);
            return accept.contains("text/csv") && !accept.contains("application/json");
        }
        return switch (format) {
            case "csv" -> true;
            case "json" -> false;
            default -> throw new BadParameterException("format", "unknown", "write csv or json");
        };
    }

    /** Texts are guarded and quoted; numbers are written as they are; NaN and an empty Optional are an empty cell. */
    static String line(Object... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            line.append(i == 0 ? "" : ",").append(cell(cells[i]));
        }
        return line.append("\r\n").toString();
    }

    private static String cell(Object value) {
        return switch (value) {
            case Optional<?> perhaps -> perhaps.isPresent() ? cell(perhaps.get()) : "";
            case Double number -> number.isNaN() ? "" : number.toString();
            case Number number -> number.toString();
            default -> text(value.toString());
        };
    }

    private static String text(String text) {
        String guarded = !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean plain = guarded.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? guarded : "\"" + guarded.replace("\"", "\"\"") + "\"";
    }
}
