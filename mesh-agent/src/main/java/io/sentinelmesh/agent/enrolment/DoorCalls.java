package io.sentinelmesh.agent.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ProxySettings;

/**
 * JSON over HTTPS, a connection for each call, and every way it can fail as a {@link DoorException}. The JDK's old client, for it needs no thread of
 * its own and is used once in days.
 */
final class DoorCalls {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_ANSWER_BYTES = 256 << 10;
    /** Of the aggregator's words in a message. */
    private static final int MOST_DETAIL_CHARS = 400;
    private static final String PROBLEM = "urn:sentinel-mesh:problem:";
    private static final Duration LONGEST_WAIT_ASKED_FOR = Duration.ofHours(1);

    /** The JDK's client reads it once, when it is first used: schemes that it keeps from a proxy that is asked by CONNECT. */
    private static final String NO_SCHEME_FOR_CONNECT = "jdk.http.auth.tunneling.disabledSchemes";

    static {
        // Basic is among them as it comes, and is what most proxies want.
        if (System.getProperty(NO_SCHEME_FOR_CONNECT) == null) {
            System.setProperty(NO_SCHEME_FOR_CONNECT, "");
        }
    }

    private final URI door;
    private final SSLSocketFactory sockets;
    private final ProxySettings proxy;
    private final ObjectMapper json = new ObjectMapper();

    /** @param aggregator whatever its scheme, it is spoken to by HTTPS */
    DoorCalls(URI aggregator, ProxySettings proxy, SSLContext trust) {
        this.proxy = proxy;
        this.door = URI.create("https://" + aggregator.getHost() + ":" + AgentConfig.port(aggregator));
        this.sockets = trust.getSocketFactory();
    }

    JsonNode get(String path) {
        return call("GET", path, null);
    }

    JsonNode post(String path, JsonNode body) {
        return call("POST", path, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode call(String method, String path, byte @Nullable [] body) {
        HttpsURLConnection connection = null;
        try {
            connection = open(door.resolve(path).toURL());
            connection.setSSLSocketFactory(sockets);
            connection.setConnectTimeout((int) CONNECT_LIMIT.toMillis());
            connection.setReadTimeout((int) ANSWER_LIMIT.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestMethod(method);
            connection.setRequestProperty("Accept", "application/json, application/problem+json");
            connection.setRequestProperty("Connection", "close");
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            return answer(connection);
        } catch (IOException e) {
            throw trouble(e);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private HttpsURLConnection open(URL url) throws IOException {
        return switch (proxy) {
            case ProxySettings.None _ -> (HttpsURLConnection) url.openConnection(Proxy.NO_PROXY);
            case ProxySettings.Http http -> {
                Optional<ProxySettings.Credentials> credentials = http.readCredentials();
                HttpsURLConnection opened = (HttpsURLConnection) url.openConnection(
                        new Proxy(Proxy.Type.HTTP, new InetSocketAddress(http.host(), http.port())));
                credentials.ifPresent(known -> opened.setAuthenticator(new ForProxy(known)));
                yield opened;
            }
        };
    }

    /** Tells nobody but the proxy. */
    private static final class ForProxy extends Authenticator {

        private final ProxySettings.Credentials credentials;

        ForProxy(ProxySettings.Credentials credentials) {
            this.credentials = credentials;
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY
                    ? new PasswordAuthentication(credentials.user(), credentials.password().toCharArray())
                    : null;
        }
    }

    private JsonNode answer(HttpsURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        JsonNode body = body(status < 400 ? connection.getInputStream() : connection.getErrorStream());
        if (status == 200 && body.isObject()) {
            return body;
        }
        throw refused(status, body, Optional.ofNullable(connection.getHeaderField("Retry-After")));
    }

    private JsonNode body(@Nullable InputStream stream) throws IOException {
        if (stream == null) {
            return json.missingNode();
        }
        try (stream) {
            byte[] bytes = stream.readNBytes(MOST_ANSWER_BYTES + 1);
            return bytes.length > MOST_ANSWER_BYTES ? json.missingNode() : json.readTree(bytes);
        } catch (JsonProcessingException notJson) {
            return json.missingNode();
        }
    }

    /** The aggregator's words say what to do. */
    private DoorException refused(int status, JsonNode problem, Optional<String> retryAfter) {
        String type = problem.path("type").asText("");
        if (!type.startsWith(PROBLEM)) {
            return status >= 500 || status == 429
                    ? new DoorException(DoorException.Kind.AWAY, "",
                            "the aggregator at " + door + " answers HTTP " + status + " at present", wait(retryAfter))
                    : new DoorException(DoorException.Kind.UNTRUSTED, "", "what answers at " + door + " (HTTP " + status
                            + ") is not an aggregator's door: is the port right? Usually it is "
                            + AgentConfig.DEFAULT_DOOR_PORT, Duration.ZERO);
        }
        String code = clean(type.substring(PROBLEM.length()));
        boolean later = status >= 500 || status == 429 || code.equals("challenge-expired");
        String said = clean(problem.path("detail").asText(problem.path("title").asText("")));
        return new DoorException(later ? DoorException.Kind.AWAY : DoorException.Kind.REFUSED, code,
                (later ? "the aggregator has no time at present" : "the aggregator says no") + " (" + code + "): "
                        + said,
                wait(retryAfter));
    }

    private static Duration wait(Optional<String> retryAfter) {
        Duration asked = retryAfter.filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text))).orElse(Duration.ZERO);
        return asked.compareTo(LONGEST_WAIT_ASKED_FOR) > 0 ? LONGEST_WAIT_ASKED_FOR : asked;
    }

    /** An answer that is well-formed and yet nothing to go by. */
    DoorException unreadable(IllegalArgumentException why) {
        return new DoorException(DoorException.Kind.REFUSED, "the aggregator's answer cannot be used: "
                + clean(String.valueOf(why.getMessage())) + "; is it of another version?", why);
    }

    private DoorException trouble(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException untrusted) {
                String why = clean(String.valueOf(untrusted.getMessage()));
                return byTime(untrusted)
                        ? new DoorException(DoorException.Kind.CLOCK, "is this host's clock right (`timedatectl`)? "
                                + why + " (" + door + ")", e)
                        : new DoorException(DoorException.Kind.UNTRUSTED,
                                "whoever answers at " + door + " is not trusted: " + why, e);
            }
        }
        String reason = clean(Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
        return switch (e) {
            case UnknownHostException _ -> away("there is no host " + door.getHost()
                    + " in the name service: is the name right?", e);
            case ConnectException _ ->
                away("nobody listens at " + door + " (" + reason + "): is the aggregator up, and the"
                        + " port right? Usually it is " + AgentConfig.DEFAULT_DOOR_PORT, e);
            case NoRouteToHostException _ -> away("there is no way to " + door + " (" + reason + ")", e);
            case SocketTimeoutException _ ->
                away(door + " does not answer (" + reason + "): is a firewall in between?", e);
            case SSLException tls when alert(reason) -> new DoorException(DoorException.Kind.REFUSED,
                    "the aggregator at " + door + " refuses this agent's certificate (" + reason + ")", tls);
            case SSLException tls -> new DoorException(DoorException.Kind.UNTRUSTED, "no TLS 1.3 with " + door + " ("
                    + reason + "): is that the agents' door? Usually its port is " + AgentConfig.DEFAULT_DOOR_PORT,
                    tls);
            default -> away("the connection to " + door + " broke off (" + reason + ")", e);
        };
    }

    /** Not in force at the time it is here; when it would be is in the message. */
    private static boolean byTime(CertificateException untrusted) {
        return untrusted.getCause() instanceof CertPathValidatorException path
                && (path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID
                        || path.getReason() == CertPathValidatorException.BasicReason.EXPIRED);
    }

    private static boolean alert(String reason) {
        return reason.contains("fatal alert") && (reason.contains("certificate") || reason.contains("access_denied"));
    }

    private static DoorException away(String message, IOException cause) {
        return new DoorException(DoorException.Kind.AWAY, message, cause);
    }

    /** What came from outside goes to a log or a terminal. */
    private static String clean(String text) {
        String printable = text.replaceAll("[^ -~\\u00a0-\\ufffd]", " ").strip();
        return printable.length() > MOST_DETAIL_CHARS ? printable.substring(0, MOST_DETAIL_CHARS) + "…" : printable;
    }
}
