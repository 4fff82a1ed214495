package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.time.Duration;
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
final class ConnectTally implements ConnectListener {

    static final String CONNECTED = "connected";
    static final String REFUSED = "refused";
    static final String TIMEOUT = "timeout";
    static final String NOT_SENT = "not-sent";

    private final EndpointSettings endpoint;
    private final Progress progress;
    private final CountDownLatch done;
    private final Delays kernel = new Delays();
    private final Delays connects = new Delays();
    private final Delays resets = new Delays();
    private final RefusalTally refusals = new RefusalTally();
    private final Map<String, Integer> notSent = new LinkedHashMap<>();
    private int fates;
    private int timeouts;
    private int repeatedSyns;

    /** @param done counted down once for each fate */
    ConnectTally(EndpointSettings endpoint, Progress progress, CountDownLatch done) {
        this.endpoint = endpoint;
        this.progress = progress;
        this.done = done;
    }

    @Override
    public void connected(int target, long sentNanos, long kernelNanos, long connectNanos, int repeats) {
        connects.add(connectNanos);
        repeatedSyns += repeats;
        String heard = "heard after " + Delays.text(connectNanos) + " ms";
        if (kernelNanos > 0) {
            kernel.add(kernelNanos);
            told("connected: round trip " + Delays.text(kernelNanos) + " ms by the kernel, " + heard);
        } else {
            told("connected: " + heard + (repeats > 0 ? ", SYN repeated " + repeats + " times" : ""));
        }
    }

    @Override
    public void reset(int target, long sentNanos, long connectNanos) {
        resets.add(connectNanos);
        told("refused: reset heard after " + Delays.text(connectNanos) + " ms");
    }

    @Override
    public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
        refusals.add(reason, offender);
        told(RefusalTally.line(reason, offender));
    }

    @Override
    public void timedOut(int target, long sentNanos) {
        timeouts++;
        Duration waited = endpoint.pacing().lossThreshold();
        told("timeout: nothing heard for " + Delays.text(waited.toNanos()) + " ms");
    }

    @Override
    public void notSent(int target, long dueNanos, String cause) {
        notSent.merge(cause, 1, Integer::sum);
        told("not sent: " + cause);
    }

    @Override
    public void tick(long nowNanos) {
        // One run of one target has no rounds.
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
        values.put(CONNECTED, connects.count());
        values.put(REFUSED, resets.count());
        values.put("timeouts", timeouts);
        values.put("not_sent", held);
        values.put("repeated_syns", repeatedSyns);
        values.put("refusals", refusals.values());
        if (connects.count() > 0) {
            values.put("delay_source", kernel.count() > 0 ? "kernel" : "connect-time");
        }
        kernel.tell("round_trip_ms", values);
        connects.tell("connect_ms", values);
        resets.tell("reset_ms", values);
        return new Report(connects.count() > 0, outcome(), values, lines(held));
    }

    /** Connected if any was; else what happened most often. */
    private String outcome() {
        if (connects.count() > 0) {
            return CONNECTED;
        }
        if (fates == 0) {
            return NOT_SENT;
        }
        Map<String, Integer> classes = new LinkedHashMap<>(refusals.byReason());
        classes.put(REFUSED, resets.count());
        classes.put(TIMEOUT, timeouts);
        notSent.values().forEach(count -> classes.merge(NOT_SENT, count, Integer::sum));
        return classes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private List<String> lines(int held) {
        List<String> lines = new ArrayList<>();
        StringBuilder counts = new StringBuilder();
        counts.append(fates - held).append(" sent to ").append(endpoint.endpoint()).append(": ")
                .append(connects.count())
                .append(" connected, ").append(resets.count()).append(" refused, ").append(timeouts)
                .append(" timed out, ").append(refusals.total()).append(" turned away by ICMP");
        lines.add(counts.toString());
        lines.addAll(refusals.lines());
        notSent.forEach((cause, count) -> lines.add(count + " not sent: " + cause));
        if (fates < endpoint.count()) {
            lines.add("ended early: " + fates + " of " + endpoint.count());
        }
        kernel.line().ifPresent(line -> lines.add("round trip by the kernel: " + line));
        connects.line().ifPresent(line -> lines.add("connect time:             " + line));
        resets.line().ifPresent(line -> lines.add("time until the reset:     " + line));
        if (repeatedSyns > 0) {
            lines.add(repeatedSyns + " SYNs repeated: so many were lost, or their answers");
        }
        return lines;
    }
}
