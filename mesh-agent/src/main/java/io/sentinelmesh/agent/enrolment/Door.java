package io.sentinelmesh.agent.enrolment;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TlsIdentity;

/** What an agent asks at an aggregator's door (aggregator/src/main/resources/openapi.yaml). Each call blocks, for half a minute at most. */
final class Door {

    private static final String JOIN = "/api/v1/agents/join";
    private static final String RENEW = "/api/v1/agents/renew";
    private static final String CHALLENGE = "/api/v1/agents/renew/challenge";
    private static final String TRUSTED = "/api/v1/agents/trusted";
    /** A challenge that came too late is asked for anew at once, but not for ever. */
    private static final int MOST_CHALLENGES = 2;

    private final DoorCalls calls;
    private final InstantSource clock;

    private Door(DoorCalls calls, InstantSource clock) {
        this.calls = calls;
        this.clock = clock;
    }

    /** For an agent that trusts nobody yet but the authority that its token names. */
    static Door pinned(URI aggregator, ProxySettings proxy, String fingerprint, InstantSource clock) {
        return new Door(new DoorCalls(aggregator, proxy, TlsIdentity.pinned(fingerprint, clock).context()), clock);
    }

    /** For an agent of the mesh. */
    static Door of(URI aggregator, ProxySettings proxy, AgentIdentity identity, InstantSource clock) {
        return new Door(new DoorCalls(aggregator, proxy, identity.tls().context()), clock);
    }

    /**
     * @param request PKCS #10 by the key
     * @param site asked for exactly this one, if any
     * @param id that it has had so far, if any
     */
    Certified join(JoinToken token, PublicKey key, byte[] request, String name, Optional<String> site,
            Optional<NodeId> id) {
        ObjectNode body = body(request).put("token", token.text()).put("name", name);
        site.ifPresent(text -> body.put("site", text));
        id.ifPresent(known -> body.put("agentId", known.toString()));
        return certified(calls.post(JOIN, body), key);
    }

    /** By the certificate in force that is shown. */
    Certified renew(PublicKey key, byte[] request) {
        return certified(calls.post(RENEW, body(request)), key);
    }

    /** By a signature of the key whose certificate has expired. */
    Certified renewAfterAbsence(AgentIdentity identity, PublicKey key, byte[] request) {
        for (int attempt = 1;; attempt++) {
            String nonce = calls.post(CHALLENGE, JsonNodeFactory.instance.objectNode()).path("nonce").asText();
            String serial = identity.certificate().getSerialNumber().toString(16).toLowerCase(Locale.ROOT);
            String proof = proof(identity, serial, nonce, request);
            ObjectNode body = body(request).put("agentId", identity.id().toString()).put("serial", serial)
                    .put("nonce", nonce).put("signature", proof);
            try {
                return certified(calls.post(RENEW, body), key);
            } catch (DoorException e) {
                if (!e.code().equals("challenge-expired") || attempt == MOST_CHALLENGES) {
                    throw e;
                }
            }
        }
    }

    /** The authorities that the aggregator trusts now. To be believed only because the aggregator itself was verified. */
    List<X509Certificate> trusted() {
        JsonNode answer = calls.get(TRUSTED);
        try {
            return Certified.certificates(answer.path("trusted"));
        } catch (IllegalArgumentException e) {
            throw calls.unreadable(e);
        }
    }

    private static ObjectNode body(byte[] request) {
        return JsonNodeFactory.instance.objectNode().put("request", Base64.getEncoder().encodeToString(request));
    }

    private Certified certified(JsonNode answer, PublicKey key) {
        Certified certified;
        try {
            certified = Certified.read(answer, key);
        } catch (IllegalArgumentException e) {
            throw calls.unreadable(e);
        }
        if (!certified.validity().contains(clock.instant())) {
            throw new DoorException(DoorException.Kind.CLOCK, "",
                    ClockTrouble.text("the certificate that the aggregator gave", certified.validity(),
                            clock.instant()),
                    Duration.ZERO);
        }
        return certified;
    }

    /** That whoever asks has the key of the certificate. */
    private static String proof(AgentIdentity identity, String serial, String nonce, byte[] request) {
        try {
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(identity.key().getPrivate());
            signature.update(String.join("\n", "sentinel-mesh renew 1", identity.id().toString(), serial, nonce, hash)
                    .getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform signs with P-256", impossible);
        }
    }
}
