package io.sentinelmesh.probe.http;

import java.util.Optional;

import io.sentinelmesh.probe.kind.PatternRule;

/** Compares an answer with what was expected of it. */
final class HttpVerdict {

    private HttpVerdict() {
    }

    static HttpOutcome of(HttpAnswer answer, HttpCheck.Expectation expectation) {
        if (!expectation.status().contains(answer.status())) {
            return new HttpOutcome.StatusUnexpected(answer.status());
        }
        if (expectation.bodyLimit() == 0) {
            return new HttpOutcome.Ok();
        }
        String body = answer.body();
        return expectation.must().flatMap(rule -> broken(rule, body, PatternRule.Found.YES, answer))
                .or(() -> expectation.mustNot().flatMap(rule -> broken(rule, body, PatternRule.Found.NO, answer)))
                .orElseGet(HttpOutcome.Ok::new);
    }

    private static Optional<HttpOutcome> broken(PatternRule rule, String body, PatternRule.Found wanted,
            HttpAnswer answer) {
        PatternRule.Found found = rule.find(body);
        if (found == wanted) {
            return Optional.empty();
        }
        String where = answer.bodyBytes() > answer.keptBytes()
                ? "in the first " + answer.keptBytes() + " of its " + answer.bodyBytes() + " bytes"
                : "in its " + answer.bodyBytes() + " bytes";
        return Optional.of(new HttpOutcome.BodyMismatch(switch (found) {
            case YES -> "the body matches '" + rule.pattern() + "', which it must not, " + where;
            case NO -> "the body does not match '" + rule.pattern() + "' " + where;
            case GIVEN_UP -> "matching '" + rule.pattern() + "' takes too long: write a simpler expression";
        }));
    }
}
