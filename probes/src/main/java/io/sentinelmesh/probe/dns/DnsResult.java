package io.sentinelmesh.probe.dns;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.Phase;
import io.sentinelmesh.probe.exchange.Phases;

/**
 * What came of one question.
 *
 * @param strays datagrams that looked like an answer and were not the one to this question
 */
record DnsResult(DnsOutcome outcome, Optional<DnsAnswer> answer, Phases phases, int strays) {

    boolean isOk() {
        return outcome instanceof DnsOutcome.Ok;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        phases.nanos(Phase.CONNECT).ifPresent(nanos -> values.put("connect_ms", Phases.milliseconds(nanos)));
        phases.nanos(Phase.FIRST_BYTE).ifPresent(nanos -> values.put("delay_ms", Phases.milliseconds(nanos)));
        values.put("total_ms", Phases.milliseconds(phases.totalNanos()));
        values.put("strays", strays);
        answer.ifPresent(told -> values.putAll(told.values()));
        return values;
    }

    String line() {
        String what = answer.map(told -> told.rcode() + ", " + told.entries().size() + " records").orElse("no answer");
        String delay = phases.nanos(Phase.FIRST_BYTE).isPresent()
                ? ", delay " + Phases.shortMilliseconds(phases.nanos(Phase.FIRST_BYTE).getAsLong()) + " ms"
                : ", after " + Phases.shortMilliseconds(phases.totalNanos()) + " ms";
        return outcome.word() + ": " + what + delay + (strays > 0 ? ", " + strays + " stray answers" : "");
    }
}
