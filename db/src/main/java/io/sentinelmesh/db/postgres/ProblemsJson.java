package io.sentinelmesh.db.postgres;

import java.util.Optional;

import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RefusalCount;

/** Writes column tile.problems: for each cell where something happened, its refusals, packets not sent and duplicates. */
final class ProblemsJson {

    private final StringBuilder json = new StringBuilder();

    void add(int cell, PairResult result) {
        if (result.refusals().isEmpty() && result.notSent() == 0 && result.duplicates() == 0) {
            return;
        }
        json.append(json.isEmpty() ? "{" : ",").append('"').append(cell).append("\":{");
        String separator = "";
        if (!result.refusals().isEmpty()) {
            json.append("\"refused\":[");
            for (RefusalCount refusal : result.refusals()) {
                json.append(separator).append("{\"reason\":").append(refusal.reason().number()).append(",\"from\":\"")
                        .append(address(refusal)).append("\",\"count\":").append(refusal.count()).append('}');
                separator = ",";
            }
            json.append(']');
        }
        count("notSent", result.notSent());
        count("duplicates", result.duplicates());
        json.append('}');
    }

    Optional<String> finish() {
        return json.isEmpty() ? Optional.empty() : Optional.of(json.append('}').toString());
    }

    private void count(String name, int value) {
        if (value > 0) {
            json.append(json.charAt(json.length() - 1) == '{' ? "" : ",").append('"').append(name).append("\":")
                    .append(value);
        }
    }

    /** Without the scope ("%eth0"), which means nothing on another host: digits, letters, dots and colons remain. */
    private static String address(RefusalCount refusal) {
        String text = refusal.offender().getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
