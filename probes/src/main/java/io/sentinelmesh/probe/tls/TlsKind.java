package io.sentinelmesh.probe.tls;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.certificate.ChainJudge;
import io.sentinelmesh.probe.certificate.TrustAnchors;
import io.sentinelmesh.probe.exchange.Destination;
import io.sentinelmesh.probe.exchange.HostName;
import io.sentinelmesh.probe.exchange.Reachability;
import io.sentinelmesh.probe.exchange.TlsTerms;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.kind.Targets;

/** {@code tls}: a handshake, what it agrees upon, and the certificates. */
public final class TlsKind implements Kind {

    private static final int DEFAULT_PORT = 443;

    private static final Setting<Integer> COUNT = Setting.number("count", 1, 1, 100_000, "handshakes to make");
    private static final Setting<Duration> INTERVAL = Setting.duration("interval", "1s", Duration.ofMillis(10),
            Duration.ofHours(1), "from the begin of one handshake to the begin of the next");
    private static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "10s", Duration.ofMillis(10),
            Duration.ofMinutes(2), "for look-up, connect and handshake together");
    private static final Setting<String> SERVER_NAME = new Setting<>("server-name", "NAME",
            Optional.empty(), "name to ask for and to find in the certificate, instead of the target's host",
            HostName::require);
    private static final Setting<List<String>> ALPN = new Setting<>("alpn", "LIST", Optional.empty(),
            "application protocols to offer, the preferred one first, such as h2,http/1.1", TlsKind::protocols);
    private static final Setting<String> MIN_VERSION = Setting.choice("min-version", "1.2", List.of("1.2", "1.3"),
            "version of TLS that the server must speak at least");
    private static final Setting<String> CA_FILE = Setting.text("ca-file", "FILE",
            "certificates to trust, in PEM form, instead of Java's own list");
    private static final Setting<Boolean> INSECURE = Setting.flag("insecure",
            "do not count a bad certificate as a failure; what is wrong with it is told all the same");
    private static final Setting<Integer> EXPIRY_WARNING = Setting.number("expiry-warning", 14, 0, 3_650,
            "days before a certificate's end from which expires_soon is told");

    @Override
    public String name() {
        return "tls";
    }

    @Override
    public String summary() {
        return "Makes a TLS handshake: its time, protocol and cipher, the chain of certificates, their end and names";
    }

    @Override
    public String targetForm() {
        return "HOST[:PORT]";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(COUNT, INTERVAL, TIMEOUT, SERVER_NAME, ALPN, MIN_VERSION, CA_FILE, INSECURE, EXPIRY_WARNING,
                CommonSettings.FAMILY, CommonSettings.SOURCE);
    }

    @Override
    public Run prepare(String target, Settings settings) {
        Targets.HostPort at = at(target);
        ChainJudge judge = new ChainJudge(
                settings.find(CA_FILE).map(TrustAnchors::ofFile).orElseGet(TrustAnchors::ofJava), Clock.systemUTC());
        Optional<InetAddress> source = Reachability.require(at.host(), at.port(), settings);
        TlsCheck check = new TlsCheck(
                Destination.of(at.host(), at.port(), settings.get(CommonSettings.FAMILY), source),
                new TlsTerms(judge, settings.find(ALPN).orElse(List.of()), settings.get(INSECURE)),
                settings.find(SERVER_NAME).orElse(at.host()), settings.get(MIN_VERSION), settings.get(TIMEOUT));
        return new TlsRun(check, settings.get(COUNT), settings.get(INTERVAL), settings.get(EXPIRY_WARNING));
    }

    private static Targets.HostPort at(String target) {
        Targets.HostPort at = Targets.hostPort(target, DEFAULT_PORT);
        try {
            return new Targets.HostPort(HostName.require(at.host()), at.port());
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e.getMessage() + "; write HOST[:PORT]", e);
        }
    }

    private static List<String> protocols(String text) {
        List<String> protocols = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        // Their length travels as one byte (RFC 7301 section 3.1).
        if (protocols.stream()
                .anyMatch(name -> name.isEmpty() || name.length() > 255 || !name.matches("\\p{ASCII}+"))) {
            throw new IllegalArgumentException("expected names separated by commas, such as h2,http/1.1");
        }
        return protocols;
    }
}
