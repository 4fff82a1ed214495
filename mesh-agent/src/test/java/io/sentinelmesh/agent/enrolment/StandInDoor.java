package io.sentinelmesh.agent.enrolment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.TlsIdentity;

/** An aggregator's door on a real socket, with an authority of its own and a clock that a test moves. */
final class StandInDoor implements AutoCloseable {

    static final NodeId AGGREGATOR = NodeId.random();
    static final Duration ABSENCE = Duration.ofDays(90);

    final CertificateAuthority authority;
    final JoinToken token;
    final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    final List<String> paths = new CopyOnWriteArrayList<>();
    /** Instead of an answer, if there is one left. */
    final List<Trouble> troubles = new CopyOnWriteArrayList<>();

    private final MovedClock clock;
    private final Map<PublicKey, NodeId> known = new HashMap<>();
    private final TlsIdentity tls;
    private final ObjectMapper json = new ObjectMapper();
    private final String host;
    private HttpsServer server;

    /** @param status 0: the connection is cut off after the request was dealt with */
    record Trouble(int status, String code, String detail, Optional<String> retryAfter) {

        static final Trouble NONE = new Trouble(-1, "", "", Optional.empty());

        static Trouble lostAnswer() {
            return new Trouble(0, "", "", Optional.empty());
        }

        static Trouble refusal(int status, String code) {
            return new Trouble(status, code, "these are the aggregator's words", Optional.empty());
        }
    }

    StandInDoor(Path folder, MovedClock clock) {
        this(folder, clock, "127.0.0.1");
    }

    /** @param host what its certificate is made out for */
    StandInDoor(Path folder, MovedClock clock, String host) {
        this.clock = clock;
        this.host = host;
        this.authority = CertificateAuthority.openOrCreate(folder, clock);
        this.token = JoinToken.random(authority.fingerprint());
        this.tls = new TlsIdentity(serverMaterial(), clock);
        this.server = listen(0);
    }

    private TlsIdentity.Material serverMaterial() {
        java.security.KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity.Material(key.getPrivate(),
                authority.issueAggregator(key.getPublic(), AGGREGATOR, List.of(host),
                        CertificateAuthority.SERVER_LIFE),
                authority.trusted());
    }

    /** As an aggregator does by itself when its certificate or its authority gets old. */
    void renewItself() {
        boolean _ = authority.renewIfDue();
        tls.replace(serverMaterial());
    }

    private HttpsServer listen(int port) {
        try {
            HttpsServer made = HttpsServer.create(new InetSocketAddress("127.0.0.1", port), 0);
            made.setHttpsConfigurator(new HttpsConfigurator(tls.context()) {
                @Override
                public void configure(HttpsParameters parameters) {
                    SSLParameters terms = getSSLContext().getDefaultSSLParameters();
                    terms.setWantClientAuth(true);
                    parameters.setSSLParameters(terms);
                }
            });
            made.createContext("/", this::handle);
            made.start();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Once so many requests have been answered well. */
    void troubleAfter(int requestsAnswered, Trouble trouble) {
        troubles.addAll(Collections.nCopies(requestsAnswered, Trouble.NONE));
        troubles.add(trouble);
    }

    URI uri() {
        return URI.create("wss://127.0.0.1:" + server.getAddress().getPort());
    }

    void goAway() {
        server.stop(0);
    }

    void comeBack() {
        server = listen(server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        JsonNode request = bytes.length == 0 ? json.createObjectNode() : json.readTree(bytes);
        paths.add(path);
        requests.add(request);
        Optional<Trouble> trouble = (troubles.isEmpty()
                ? Optional.<Trouble>empty()
                : Optional.of(troubles.removeFirst()))
                .filter(next -> !next.equals(Trouble.NONE));
        if (trouble.isPresent() && trouble.get().status() > 0) {
            refuse(exchange, trouble.get());
            return;
        }
        try {
            ObjectNode answer = switch (path) {
                case "/api/v1/agents/join" -> join(request);
                case "/api/v1/agents/renew" -> renew(request, ((HttpsExchange) exchange));
                case "/api/v1/agents/renew/challenge" -> json.createObjectNode().put("nonce", "a-nonce");
                case "/api/v1/agents/trusted" -> trusted(json.createObjectNode());
                default -> throw new Refused(404, "not-found");
            };
            if (trouble.isPresent()) {
                exchange.close();
            } else {
                answer(exchange, 200, answer);
            }
        } catch (Refused e) {
            refuse(exchange, Trouble.refusal(e.status, e.code));
        }
    }

    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final int status;
        final String code;

        Refused(int status, String code) {
            super(code);
            this.status = status;
            this.code = code;
        }
    }

    private ObjectNode join(JsonNode request) {
        if (!request.path("token").asText().equals(token.text())) {
            throw new Refused(401, "token-unknown");
        }
        PublicKey key = CertificateRequest.verified(Base64.getDecoder().decode(request.path("request").asText()));
        NodeId id = Optional.ofNullable(known.get(key))
                .or(() -> request.has("agentId")
                        ? Optional.of(NodeId.parse(request.path("agentId").asText()))
                        : Optional.empty())
                .orElseGet(NodeId::random);
        return certified(key, id, request.path("name").asText());
    }

    private ObjectNode renew(JsonNode request, HttpsExchange exchange) {
        byte[] der = Base64.getDecoder().decode(request.path("request").asText());
        PublicKey key = CertificateRequest.verified(der);
        Optional<MeshIdentity> shown = tls.peer(exchange.getSSLSession());
        if (shown.isPresent()) {
            return certified(key, shown.get().id(), "renewed");
        }
        NodeId id = NodeId.parse(request.path("agentId").asText());
        if (known.entrySet().stream().noneMatch(entry -> entry.getValue().equals(id)
                && proves(entry.getKey(), id, request, der))) {
            throw new Refused(401, "proof-wrong");
        }
        if (clock.instant().isAfter(lastEnd.plus(ABSENCE))) {
            throw new Refused(403, "absent-too-long");
        }
        return certified(key, id, "renewed");
    }

    private Instant lastEnd = Instant.EPOCH;

    private static boolean proves(PublicKey key, NodeId id, JsonNode request, byte[] der) {
        try {
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key);
            signature.update(("sentinel-mesh renew 1\n" + id + "\n" + request.path("serial").asText() + "\na-nonce\n"
                    + hash).getBytes(StandardCharsets.UTF_8));
            return signature.verify(Base64.getDecoder().decode(request.path("signature").asText()));
        } catch (java.security.GeneralSecurityException e) {
            return false;
        }
    }

    private ObjectNode certified(PublicKey key, NodeId id, String name) {
        known.put(key, id);
        List<X509Certificate> chain = authority.issueAgent(key, id, CertificateAuthority.AGENT_LIFE);
        lastEnd = chain.getFirst().getNotAfter().toInstant();
        ObjectNode answer = json.createObjectNode().put("agentId", id.toString()).put("name", name).put("site", "north")
                .put("memberPort", 7421).put("aMemberOfALaterVersion", true);
        put(answer.putArray("chain"), chain);
        return trusted(answer);
    }

    private ObjectNode trusted(ObjectNode answer) {
        put(answer.putArray("trusted"), authority.trusted());
        return answer;
    }

    private static void put(ArrayNode array, List<X509Certificate> certificates) {
        try {
            for (X509Certificate certificate : certificates) {
                array.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private void refuse(HttpExchange exchange, Trouble trouble) throws IOException {
        trouble.retryAfter().ifPresent(wait -> exchange.getResponseHeaders().add("Retry-After", wait));
        answer(exchange, trouble.status(),
                json.createObjectNode().put("type", "urn:sentinel-mesh:problem:" + trouble.code())
                        .put("status", trouble.status()).put("detail", trouble.detail()));
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
