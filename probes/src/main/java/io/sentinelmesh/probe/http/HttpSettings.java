package io.sentinelmesh.probe.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.sentinelmesh.probe.certificate.ChainJudge;
import io.sentinelmesh.probe.certificate.TrustAnchors;
import io.sentinelmesh.probe.exchange.HostName;
import io.sentinelmesh.probe.exchange.TlsTerms;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.PatternRule;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.SettingFile;
import io.sentinelmesh.probe.kind.Settings;

/** Everything that can be set about a check, and how a check is made of it. */
final class HttpSettings {

    private static final int MOST_BODY_CHARACTERS = 65_536;
    private static final int MOST_AUTHORIZATION_BYTES = 16_384;
    private static final int MOST_HEADERS = 50;

    static final Setting<String> METHOD = Setting.choice("method", "GET",
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), "what the request does");
    static final Setting<List<Map.Entry<String, String>>> HEADER = new Setting<>("header", "NAME: VALUE",
            Optional.empty(), "header of the request; several, each on a line of its own (at most 50)",
            HttpSettings::headers);
    static final Setting<String> AUTHORIZATION_FILE = Setting.text("authorization-file", "FILE",
            "file with the value of the Authorization header, such as \"Bearer …\", so that it is in no list of processes");
    static final Setting<String> BODY = new Setting<>("body", "TEXT", Optional.empty(),
            "body of the request, sent as UTF-8 (up to 65536 characters)", HttpSettings::body);
    static final Setting<StatusSet> EXPECT_STATUS = new Setting<>("expect-status", "LIST", Optional.of("200-299"),
            "status codes and ranges that are as they should be, such as 200-299,304", StatusSet::parse);
    static final Setting<PatternRule> EXPECT_BODY = new Setting<>("expect-body", "REGEX", Optional.empty(),
            "regular expression that the body must match somewhere", PatternRule::parse);
    static final Setting<PatternRule> REJECT_BODY = new Setting<>("reject-body", "REGEX", Optional.empty(),
            "regular expression that the body must not match anywhere", PatternRule::parse);
    static final Setting<Integer> BODY_LIMIT = Setting.number("body-limit", 65_536, 1, 1_048_576,
            "bytes of the body's beginning in which those two are searched");
    static final Setting<Integer> REDIRECTS = Setting.number("redirects", 5, 0, 20,
            "redirects to follow at most; 0: a redirect is an answer like any other");
    static final Setting<HttpVersionWanted> HTTP_VERSION = new Setting<>("http-version", "auto|1.1|2",
            Optional.of("auto"), "version of HTTP; auto: 2 if the server offers it within TLS, else 1.1",
            HttpVersionWanted::of);
    static final Setting<String> CA_FILE = Setting.text("ca-file", "FILE",
            "certificates to trust, in PEM form, instead of Java's own list");
    static final Setting<String> SERVER_NAME = new Setting<>("server-name", "NAME",
            Optional.empty(), "name to ask for by TLS and to find in the certificate, instead of the URL's host",
            HostName::require);
    static final Setting<Boolean> INSECURE = Setting.flag("insecure",
            "go on in spite of a bad certificate; what is wrong with it is told all the same");
    static final Setting<Integer> EXPIRY_WARNING = Setting.number("expiry-warning", 14, 0, 3_650,
            "days before a certificate's end from which expires_soon is told");
    static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "10s", Duration.ofMillis(10),
            Duration.ofMinutes(2), "for one check, redirects included");
    static final Setting<Integer> COUNT = Setting.number("count", 1, 1, 100_000, "checks to make");
    static final Setting<Duration> INTERVAL = Setting.duration("interval", "1s", HttpTarget.SHORTEST_INTERVAL,
            Duration.ofHours(1), "from the begin of one check to the begin of the next");

    static final List<Setting<?>> ALL = List.of(COUNT, INTERVAL, TIMEOUT, METHOD, HEADER, AUTHORIZATION_FILE, BODY,
            EXPECT_STATUS, EXPECT_BODY, REJECT_BODY, BODY_LIMIT, REDIRECTS, HTTP_VERSION, CA_FILE, SERVER_NAME,
            INSECURE, EXPIRY_WARNING, CommonSettings.FAMILY, CommonSettings.SOURCE);

    private HttpSettings() {
    }

    /** @param source checked already */
    static HttpCheck check(WebAddress address, Settings settings, Optional<InetAddress> source) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(settings.find(HEADER).orElse(List.of()));
        settings.find(AUTHORIZATION_FILE)
                .ifPresent(file -> headers.add(Map.entry("Authorization", authorization(file))));
        Optional<PatternRule> must = settings.find(EXPECT_BODY);
        Optional<PatternRule> mustNot = settings.find(REJECT_BODY);
        int bodyLimit = must.isPresent() || mustNot.isPresent() ? settings.get(BODY_LIMIT) : 0;
        HttpVersionWanted version = settings.get(HTTP_VERSION);
        ChainJudge judge = new ChainJudge(
                settings.find(CA_FILE).map(TrustAnchors::ofFile).orElseGet(TrustAnchors::ofJava), Clock.systemUTC());
        return HttpCheck.of(address,
                new HttpAsk(settings.get(METHOD), headers, settings.find(BODY).orElse("")),
                new HttpCheck.Expectation(settings.get(EXPECT_STATUS), must, mustNot, bodyLimit),
                settings.get(REDIRECTS),
                new HttpCheck.Reach(version, settings.get(CommonSettings.FAMILY), source, settings.find(SERVER_NAME),
                        new TlsTerms(judge, version.offered(), settings.get(INSECURE))),
                settings.get(TIMEOUT));
    }

    private static List<Map.Entry<String, String>> headers(String text) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("expected NAME: VALUE");
            }
            headers.add(header(line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
        }
        if (headers.isEmpty() || headers.size() > MOST_HEADERS) {
            throw new IllegalArgumentException("expected 1 to " + MOST_HEADERS + " lines NAME: VALUE");
        }
        return List.copyOf(headers);
    }

    /** Refuses what would break out of its line. */
    private static Map.Entry<String, String> header(String name, String value) {
        try {
            new DefaultHttpHeaders().add(name, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected NAME: VALUE in characters that a header may have", e);
        }
        return Map.entry(name, value);
    }

    private static String body(String text) {
        if (text.length() > MOST_BODY_CHARACTERS) {
            throw new IllegalArgumentException("expected at most " + MOST_BODY_CHARACTERS + " characters");
        }
        return text;
    }

    private static String authorization(String file) {
        try {
            Path path = Path.of(file);
            SettingFile.requirePrivate(AUTHORIZATION_FILE.name(), path);
            String value = SettingFile.readText(path, MOST_AUTHORIZATION_BYTES)
                    .orElseThrow(() -> new BadRequestException("authorization-file: '" + file + "' is larger than "
                            + MOST_AUTHORIZATION_BYTES + " bytes; it holds one line"));
            return header("Authorization", value).getValue();
        } catch (IOException e) {
            throw new BadRequestException("authorization-file: '" + file
                    + "' can't be read as text; check the path and its permissions", e);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(
                    "authorization-file: '" + file + "' holds more than the one line of a header's value", e);
        }
    }
}
