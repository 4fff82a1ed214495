package io.sentinelmesh.probe.tls;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.Destination;
import io.sentinelmesh.probe.exchange.Series;
import io.sentinelmesh.probe.exchange.SeriesTally;
import io.sentinelmesh.probe.exchange.StandIn;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;

/**
 * One check, made a number of times.
 *
 * @param warningDays before a certificate's end
 */
record TlsRun(TlsCheck check, int count, Duration interval, int warningDays) implements Kind.Run {

    private static final Duration PRACTICE_PATIENCE = Duration.ofSeconds(1);

    @Override
    public Report run(Progress progress) throws InterruptedException {
        SeriesTally tally = new SeriesTally();
        List<TlsResult> last = new ArrayList<>(1);
        // What answers in plain text: half a handshake is what can be practised without a certificate.
        try (StandIn server = StandIn.overTcp(new byte[16])) {
            TlsCheck practice = new TlsCheck(Destination.of("127.0.0.1", server.address().getPort(), "any",
                    Optional.empty()), check.terms(), check.serverName(),
                    check.leastVersion(), PRACTICE_PATIENCE);
            new Series("tls-probe", count, interval, check.timeout()).run(
                    List.of(beginning(practice), beginning(practice)), beginning(check), result -> {
                        tally.add(result.outcome().word(), result.isOk(), result.phases().totalNanos());
                        progress.line(result.line());
                        last.clear();
                        last.add(result);
                    });
        } catch (IOException e) {
            throw new IllegalStateException("this host has no loopback to practise on", e);
        }
        return report(last.getFirst(), tally);
    }

    private static Series.Beginning<TlsResult> beginning(TlsCheck check) {
        return (loop, names, then) -> new TlsProbe(loop, names, check, then).begin();
    }

    private Report report(TlsResult result, SeriesTally tally) {
        Map<String, Object> values = new LinkedHashMap<>(result.values());
        List<String> lines = new ArrayList<>();
        result.tls().ifPresent(seen -> {
            boolean expiresSoon = seen.verdict().daysLeft() < warningDays;
            values.put("expires_soon", expiresSoon);
            lines.addAll(seen.lines());
            if (expiresSoon) {
                lines.add("warning: fewer than " + warningDays + " days are left of the certificate");
            }
        });
        values.put("detail", result.outcome().text());
        values.putAll(tally.values());
        lines.addAll(tally.lines());
        lines.add(tally.outcome() + (tally.made() > 1 ? "" : ": " + result.outcome().text()));
        return new Report(tally.allOk(), tally.outcome(), values, lines);
    }
}
