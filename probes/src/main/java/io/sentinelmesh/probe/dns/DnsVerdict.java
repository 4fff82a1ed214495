package io.sentinelmesh.probe.dns;

import java.util.stream.Collectors;

import io.sentinelmesh.probe.kind.PatternRule;

/** Compares an answer with what was expected of it. */
final class DnsVerdict {

    private static final int SHOWN_CHARACTERS = 200;

    private DnsVerdict() {
    }

    static DnsOutcome of(DnsAnswer answer, DnsCheck check) {
        if (!answer.rcode().equals(check.rcode())) {
            return new DnsOutcome.RcodeUnexpected(answer.rcode(), check.rcode());
        }
        if (answer.truncated()) {
            return new DnsOutcome.Truncated();
        }
        return check.answer().map(rule -> matched(answer, rule)).orElseGet(DnsOutcome.Ok::new);
    }

    private static DnsOutcome matched(DnsAnswer answer, PatternRule rule) {
        boolean gaveUp = false;
        for (DnsAnswer.Entry entry : answer.entries()) {
            switch (rule.find(entry.text())) {
                case YES -> {
                    return new DnsOutcome.Ok();
                }
                case NO -> {
                    // Perhaps the next one.
                }
                case GIVEN_UP -> gaveUp = true;
            }
        }
        if (gaveUp) {
            return new DnsOutcome.AnswerMismatch(
                    "matching '" + rule.pattern() + "' takes too long: write a simpler expression");
        }
        String told = answer.entries().stream().map(DnsAnswer.Entry::text).collect(Collectors.joining(", "));
        String shown = told.length() > SHOWN_CHARACTERS ? told.substring(0, SHOWN_CHARACTERS) + "…" : told;
        return new DnsOutcome.AnswerMismatch("no record matches '" + rule.pattern() + "'; answered is "
                + (answer.entries().isEmpty() ? "nothing" : shown));
    }
}
