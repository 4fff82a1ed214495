package io.sentinelmesh.probe.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.netty.handler.codec.dns.DnsRecordType;
import io.sentinelmesh.probe.exchange.ResolvConf;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.PatternRule;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.kind.Targets;

/** {@code dns}: a name server's answer to a question. */
public final class DnsKind implements Kind {

    /** As a target: the server that this host asks first. */
    static final String SYSTEM = "system";
    private static final int DNS_PORT = 53;

    private static final Setting<Integer> COUNT = Setting.number("count", 1, 1, 100_000, "questions to ask");
    private static final Setting<Duration> INTERVAL = Setting.duration("interval", "1s", Duration.ofMillis(10),
            Duration.ofHours(1), "from one question to the next");
    private static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "5s", Duration.ofMillis(10),
            Duration.ofMinutes(1), "for one question; nothing is sent twice");
    private static final Setting<String> NAME = Setting.text("name", "NAME",
            "what to ask for, taken as it is (no search list); needed. For PTR an address may stand here");
    private static final Setting<DnsRecordType> TYPE = new Setting<>("type", "A|AAAA|…", Optional.of("A"),
            "type of record: A, AAAA, MX, TXT, NS, SOA, SRV, PTR or CNAME", DnsKind::type);
    private static final Setting<String> TRANSPORT = Setting.choice("transport", "udp", List.of("udp", "tcp"),
            "how to ask");
    private static final Setting<String> EXPECT_RCODE = Setting.choice("expect-rcode", "NOERROR",
            List.of("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"), "response code to expect");
    private static final Setting<PatternRule> EXPECT_ANSWER = new Setting<>("expect-answer", "REGEX",
            Optional.empty(), "regular expression that one record's data must match somewhere, such as ^192\\.0\\.2\\.",
            PatternRule::parse);
    private static final Setting<String> RECURSION = Setting.choice("recursion", "on", List.of("on", "off"),
            "whether the server is asked to ask others");
    private static final Setting<Integer> EDNS_SIZE = new Setting<>("edns-size", "BYTES", Optional.of("1232"),
            "largest answer that may come by UDP (512 to 65535), or 0 for plain DNS without EDNS", DnsKind::ednsSize);

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public String summary() {
        return "Asks a name server a question by UDP or TCP: delay, response code, records with their time to live";
    }

    @Override
    public String targetForm() {
        return "SERVER[:PORT]|system";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(NAME, TYPE, TRANSPORT, EXPECT_RCODE, EXPECT_ANSWER, RECURSION, EDNS_SIZE, COUNT, INTERVAL,
                TIMEOUT, CommonSettings.FAMILY, CommonSettings.SOURCE);
    }

    @Override
    public Run prepare(String target, Settings settings) {
        DnsRecordType type = settings.get(TYPE);
        String name = QuestionName.of(settings.find(NAME).orElseThrow(() -> new BadRequestException(
                "no name to ask for: add --name, for instance --name example.org")), type.equals(DnsRecordType.PTR));
        InetSocketAddress server = server(target, settings.get(CommonSettings.FAMILY));
        Optional<InetAddress> source = settings.find(CommonSettings.SOURCE)
                .map(text -> Targets.source(text, server.getAddress()));
        DnsCheck check = new DnsCheck(server, source,
                DnsCheck.Transport.valueOf(settings.get(TRANSPORT).toUpperCase(Locale.ROOT)),
                new DnsCheck.Ask(name, type, settings.get(RECURSION).equals("on"), settings.get(EDNS_SIZE)),
                settings.get(EXPECT_RCODE), settings.find(EXPECT_ANSWER), settings.get(TIMEOUT));
        return new DnsRun(check, settings.get(COUNT), settings.get(INTERVAL));
    }

    private static InetSocketAddress server(String target, String family) {
        if (target.equals(SYSTEM)) {
            return new InetSocketAddress(ResolvConf.servers().getFirst(), DNS_PORT);
        }
        Targets.HostPort at = Targets.hostPort(target, DNS_PORT);
        return new InetSocketAddress(Targets.resolve(at.host(), family), at.port());
    }

    private static DnsRecordType type(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "A" -> DnsRecordType.A;
            case "AAAA" -> DnsRecordType.AAAA;
            case "MX" -> DnsRecordType.MX;
            case "TXT" -> DnsRecordType.TXT;
            case "NS" -> DnsRecordType.NS;
            case "SOA" -> DnsRecordType.SOA;
            case "SRV" -> DnsRecordType.SRV;
            case "PTR" -> DnsRecordType.PTR;
            case "CNAME" -> DnsRecordType.CNAME;
            default -> throw new IllegalArgumentException("expected A, AAAA, MX, TXT, NS, SOA, SRV, PTR or CNAME");
        };
    }

    private static int ednsSize(String text) {
        if (text.equals("0")) {
            return 0;
        }
        if (text.matches("[0-9]{3,5}") && Integer.parseInt(text) >= 512 && Integer.parseInt(text) <= 65_535) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("expected 0 or 512 to 65535");
    }
}
