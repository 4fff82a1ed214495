package io.sentinelmesh.probe.dns;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.Addresses;
import io.sentinelmesh.probe.exchange.Series;
import io.sentinelmesh.probe.exchange.SeriesTally;
import io.sentinelmesh.probe.exchange.StandIn;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;

/** One question, asked a number of times. */
record DnsRun(DnsCheck check, int count, Duration interval) implements Kind.Run {

    private static final int IDS = 65_536;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration PRACTICE_PATIENCE = Duration.ofSeconds(1);
    private static final int FLAGS_BYTE = 2;
    private static final byte IS_ANSWER = (byte) 0x80;

    @Override
    public Report run(Progress progress) throws InterruptedException {
        SeriesTally tally = new SeriesTally();
        List<DnsResult> last = new ArrayList<>(1);
        try (StandIn server = StandIn.overUdp(DnsRun::emptyAnswer)) {
            // By UDP in either case: the reading and writing is the same.
            DnsCheck practice = new DnsCheck(server.address(), Optional.empty(), DnsCheck.Transport.UDP, check.ask(),
                    check.rcode(), check.answer(), PRACTICE_PATIENCE);
            new Series("dns-probe", count, interval, check.timeout()).run(
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

    private static Series.Beginning<DnsResult> beginning(DnsCheck check) {
        return (loop, names, then) -> new DnsProbe(loop, names, check, RANDOM.nextInt(IDS), then).begin();
    }

    /** The question itself, said to be an answer (RFC 1035 section 4.1.1). */
    private static byte[] emptyAnswer(byte[] question) {
        question[FLAGS_BYTE] |= IS_ANSWER;
        return question;
    }

    private Report report(DnsResult result, SeriesTally tally) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("server", AddressText.of(check.server().getAddress()));
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
