package io.sentinelmesh.probe.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.probe.exchange.Series;
import io.sentinelmesh.probe.exchange.SeriesTally;
import io.sentinelmesh.probe.exchange.StandIn;
import io.sentinelmesh.probe.exchange.TlsSeen;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;

/**
 * One check, made a number of times.
 *
 * @param warningDays before a certificate's end
 */
record HttpRun(HttpCheck check, int count, Duration interval, int warningDays) implements Kind.Run {

    @Override
    public Report run(Progress progress) throws InterruptedException {
        SeriesTally tally = new SeriesTally();
        List<HttpResult> last = new ArrayList<>(1);
        try (StandIn server = HttpWarmUp.server()) {
            List<Series.Beginning<HttpResult>> practice = HttpWarmUp.checks(check, server.address()).stream()
                    .map(HttpRun::beginning).toList();
            new Series("http-probe", count, interval, check.timeout()).run(practice, beginning(check), result -> {
                tally.add(result.outcome().word(), result.isOk(), result.phases().totalNanos());
                result.hops().forEach(hop -> progress.line(hop.text()));
                if (!result.isOk()) {
                    progress.line(result.outcome().word() + ": " + result.outcome().text());
                }
                last.clear();
                last.add(result);
            });
        } catch (IOException e) {
            throw new IllegalStateException("this host has no loopback to practise on", e);
        }
        return report(last.getFirst(), tally);
    }

    private static Series.Beginning<HttpResult> beginning(HttpCheck check) {
        return (loop, names, then) -> new HttpProbe(loop, names, check, then).begin();
    }

    private Report report(HttpResult result, SeriesTally tally) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        if (!result.hops().isEmpty()) {
            HttpHop end = result.hops().getLast();
            values.putAll(end.values());
            values.putAll(result.phases().values());
            values.put("redirects", result.hops().size() - 1);
            values.put("hops", result.hops().stream().map(HttpHop::values).toList());
            end.tls().ifPresent(seen -> {
                values.put("expires_soon", expiresSoon(seen));
                lines.addAll(tlsLines(seen));
            });
        }
        values.put("detail", result.outcome().text());
        values.putAll(tally.values());
        lines.addAll(tally.lines());
        lines.add(tally.outcome() + (tally.made() > 1 ? "" : ": " + result.outcome().text()));
        return new Report(tally.allOk(), tally.outcome(), values, lines);
    }

    private boolean expiresSoon(TlsSeen seen) {
        return seen.verdict().daysLeft() < warningDays;
    }

    private List<String> tlsLines(TlsSeen seen) {
        List<String> lines = new ArrayList<>(seen.lines());
        if (expiresSoon(seen)) {
            lines.add("warning: fewer than " + warningDays + " days are left of the certificate");
        }
        return lines;
    }
}
