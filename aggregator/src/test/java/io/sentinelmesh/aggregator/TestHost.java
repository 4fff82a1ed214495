package io.sentinelmesh.aggregator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TlsIdentity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent's side of joining and renewing, by the JDK's own client: as the API document says, not as our agent does it. */
final class TestHost {

    private final int port;
    private final InstantSource clock;
    private KeyPair key = CertificateRequest.newKey();
    private JsonObject answer = new JsonObject();

    TestHost(int port, InstantSource clock) {
        this.port = port;
        this.clock = clock;
    }

    /** Joined, or the test ends. */
    static TestHost joined(int port, InstantSource clock, String token, String name) {
        TestHost host = new TestHost(port, clock);
        HttpResponse<String> answer = host.join(token, name);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return host;
    }

    JsonObject joinBody(String token, String name) {
        return new JsonObject().put("token", token).put("request", request()).put("name", name);
    }

    private String request() {
        return text(CertificateRequest.of(key));
    }

    HttpResponse<String> join(String token, String name) {
        return join(JoinToken.parse(token).caFingerprint(), joinBody(token, name));
    }

    HttpResponse<String> join(String fingerprint, JsonObject body) {
        return remember(post(TlsIdentity.pinned(fingerprint, clock).context(), "/api/v1/agents/join", body));
    }

    private HttpResponse<String> remember(HttpResponse<String> response) {
        if (response.statusCode() == 200) {
            answer = new JsonObject(response.body());
        }
        return response;
    }

    void newKey() {
        key = CertificateRequest.newKey();
    }

    void as(TestHost other) {
        key = other.key;
        answer = other.answer;
    }

    HttpResponse<String> renew() {
        return remember(post(context(), "/api/v1/agents/renew", new JsonObject().put("request", request())));
    }

    String nonce() {
        return new JsonObject(post(server(), "/api/v1/agents/renew/challenge", new JsonObject()).body())
                .getString("nonce");
    }

    HttpResponse<String> renewByKey() {
        return renewByKey(nonce(), key);
    }

    HttpResponse<String> renewByKey(String nonce, KeyPair signer) {
        byte[] request = CertificateRequest.of(key);
        String serial = certificate().getSerialNumber().toString(16);
        JsonObject body = new JsonObject().put("request", text(request)).put("agentId", id().toString())
                .put("serial", serial).put("nonce", nonce);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer.getPrivate());
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request));
            signature.update(("sentinel-mesh renew 1\n" + id() + "\n" + serial + "\n" + nonce + "\n" + hash)
                    .getBytes(StandardCharsets.UTF_8));
            body.put("signature", text(signature.sign()));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
        return remember(post(server(), "/api/v1/agents/renew", body));
    }

    HttpResponse<String> post(SSLContext context, String path, JsonObject body) {
        return send(context, HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())).header("Content-Type", "application/json"));
    }

    HttpResponse<String> get(SSLContext context, String path) {
        return send(context, HttpRequest.newBuilder(uri(path)));
    }

    private URI uri(String path) {
        return URI.create("https://127.0.0.1:" + port + path);
    }

    private static HttpResponse<String> send(SSLContext context, HttpRequest.Builder request) {
        try (HttpClient http = HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /** Its own certificate, and whom it trusts. */
    SSLContext context() {
        return new TlsIdentity(
                new TlsIdentity.Material(key.getPrivate(), certificates("chain"), certificates("trusted")), clock)
                .context();
    }

    /** Shows its certificate even if that has ended; our own key manager would not. */
    SSLContext stubborn() {
        try {
            Instant inForce = certificate().getNotBefore().toInstant();
            TlsIdentity.Material material = new TlsIdentity.Material(key.getPrivate(), certificates("chain"),
                    certificates("trusted"));
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[]{new TlsIdentity(material, () -> inForce).keyManager()},
                    new TrustManager[]{new TlsIdentity(material, clock).trustManager()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Knows the server, shows nothing. */
    SSLContext server() {
        return TlsIdentity.pinned(sha256(certificates("trusted").getLast()), clock).context();
    }

    static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    JsonObject answer() {
        return answer;
    }

    NodeId id() {
        return NodeId.parse(answer.getString("agentId"));
    }

    KeyPair key() {
        return key;
    }

    X509Certificate certificate() {
        return certificates("chain").getFirst();
    }

    List<X509Certificate> certificates(String member) {
        List<X509Certificate> certificates = new ArrayList<>();
        JsonArray texts = answer.getJsonArray(member);
        try {
            for (int i = 0; i < texts.size(); i++) {
                certificates.add((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(texts.getString(i)))));
            }
        } catch (GeneralSecurityException noCertificate) {
            throw new AssertionError(noCertificate);
        }
        return certificates;
    }

    MeshNode node() {
        return new MeshNode(id(), MeshNode.Role.AGENT, answer.getString("name"), answer.getString("site"),
                "192.0.2.1");
    }

    /** The link is open, nothing said. */
    TestAgent connect(MeshNode node, UUID boot) {
        return TestAgent.connect(port, node, boot, context());
    }

    /** HELLO said and answered. */
    TestAgent link() {
        return link(UUID.randomUUID());
    }

    TestAgent link(UUID boot) {
        TestAgent agent = connect(node(), boot);
        agent.hello();
        agent.await(io.sentinelmesh.wire.Frame.Credit.class);
        return agent;
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
