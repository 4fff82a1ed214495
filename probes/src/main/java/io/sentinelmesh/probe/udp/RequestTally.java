package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Delays;
import io.sentinelmesh.probe.kind.EndpointSettings;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.refusal.RefusalTally;

/** Writes down one run, tells each fate as it is known, and makes the report. Engine thread; the report after its end. */
final class RequestTally implements RequestListener {

    static final String ANSWERED = "answered";
    static final String MISMATCHED = "mismatched";
    static final String LOST = "lost";
    static final String NOT_SENT = "not-sent";

    private final EndpointSettings endpoint;
    private final Expectation expectation;
    private final Progress progress;
    private final CountDownLatch done;
    private final Delays roundTrips = new Delays();
    private final RefusalTally refusals = new RefusalTally();
    private final Map<String, Integer> notSent = new LinkedHashMap<>();
    private int fates;
    private int mismatched;
    private int lost;
    private int unstamped;

    /** @param done counted down once for each fate */
    RequestTally(EndpointSettings endpoint, Expectation expectation, Progress progress, CountDownLatch done) {
        this.endpoint = endpoint;
        this.expectation = expectation;
        this.progress = progress;
        this.done = done;
    }

    @Override
    public void answered(long roundTripNanos, boolean stamped, byte[] payload) {
        String after = Delays.text(roundTripNanos) + " ms, " + payload.length + " bytes: " + Payloads.show(payload);
        if (!stamped) {
            unstamped++;
        }
        if (expectation.isMetBy(payload)) {
            roundTrips.add(roundTripNanos);
            told("answered after " + after);
        } else {
            mismatched++;
            told("mismatched: not what is expected, after " + after);
        }
    }

    @Override
    public void refused(RefusalReason reason, InetAddress offender) {
        refusals.add(reason, offender);
        told(RefusalTally.line(reason, offender));
    }

    @Override
    public void lost() {
        lost++;
        told("lost: nothing heard for " + Delays.text(endpoint.pacing().lossThreshold().toNanos()) + " ms");
    }

    @Override
    public void notSent(String cause) {
        notSent.merge(cause, 1, Integer::sum);
        told("not sent: " + cause);
    }

    private void told(String line) {
        fates++;
        progress.line(fates + " " + line);
        done.countDown();
    }

    Report report() {
        int held = notSent.values().stream().mapToInt(Integer::intValue).sum();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", AddressText.of(endpoint.address()));
        values.put("port", endpoint.port());
        values.put("planned", endpoint.count());
        values.put("sent", fates - held);
        values.put(ANSWERED, roundTrips.count());
        values.put(MISMATCHED, mismatched);
        values.put(LOST, lost);
        values.put("not_sent", held);
        values.put("unstamped", unstamped);
        values.put("refusals", refusals.values());
        roundTrips.tell("round_trip_ms", values);
        return new Report(roundTrips.count() > 0, outcome(), values, lines(held));
    }

    /** Answered if any was; else what happened most often. */
    private String outcome() {
        if (roundTrips.count() > 0) {
            return ANSWERED;
        }
        if (fates == 0) {
            return NOT_SENT;
        }
        Map<String, Integer> classes = new LinkedHashMap<>(refusals.byReason());
        classes.put(MISMATCHED, mismatched);
        classes.put(LOST, lost);
        notSent.values().forEach(count -> classes.merge(NOT_SENT, count, Integer::sum));
        return classes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private List<String> lines(int held) {
        List<String> lines = new ArrayList<>();
        lines.add((fates - held) + " sent to " + endpoint.endpoint() + ": " + roundTrips.count() + " answered, "
                + mismatched + " mismatched, " + lost + " lost, " + refusals.total() + " turned away by ICMP");
        lines.addAll(refusals.lines());
        notSent.forEach((cause, count) -> lines.add(count + " not sent: " + cause));
        if (fates < endpoint.count()) {
            lines.add("ended early: " + fates + " of " + endpoint.count());
        }
        roundTrips.line().ifPresent(line -> lines.add("round trip: " + line));
        if (unstamped > 0) {
            lines.add(unstamped + " of the answers lack a kernel timestamp: their delays include our own");
        }
        return lines;
    }
}
