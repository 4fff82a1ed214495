package io.sentinelmesh.probe.dns;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.sentinelmesh.probe.exchange.Addresses;
import io.sentinelmesh.probe.exchange.Series;
import io.sentinelmesh.probe.exchange.SeriesTally;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;

/** One question, asked a number of times. */
record DnsRun(DnsCheck check, int count, Duration interval) implements Kind.Run {

    private static final int IDS = 65_536;

    @Override
    public Report run(Progress progress) throws InterruptedException {
        SecureRandom random = new SecureRandom();
        SeriesTally tally = new SeriesTally();
        List<DnsResult> last = new ArrayList<>(1);
        new Series("dns-probe", count, interval, check.timeout()).run(
                (loop, names, then) -> new DnsProbe(loop, names, check, random.nextInt(IDS), then).begin(),
                (DnsResult result) -> {
                    tally.add(result.outcome().word(), result.isOk(), result.phases().totalNanos());
                    progress.line(result.line());
                    last.clear();
                    last.add(result);
                });
        return report(last.getFirst(), tally);
    }

    private Report report(DnsResult result, SeriesTally tally) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("server", check.server().getAddress().getHostAddress());
        values.put("port", check.server().getPort());
        values.put("transport", check.transport().name().toLowerCase(Locale.ROOT));
        values.put("name", check.ask().name());
        values.put("type", check.ask().type().name());
        values.putAll(result.values());
        values.put("detail", result.outcome().text());
        values.putAll(tally.values());
        List<String> lines = new ArrayList<>();
        result.answer().ifPresent(answer -> answer.entries().forEach(entry -> lines.add(String.format(Locale.ROOT,
                "%-30s %8d s  %-6s %s", entry.name(), entry.ttlSeconds(), entry.type(), entry.text()))));
        lines.addAll(tally.lines());
        lines.add(Addresses.text(check.server()) + ": " + tally.outcome()
                + (tally.made() > 1 ? "" : ": " + result.outcome().text()));
        return new Report(tally.allOk(), tally.outcome(), values, lines);
    }
}
