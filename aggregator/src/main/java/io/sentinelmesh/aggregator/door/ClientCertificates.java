package io.sentinelmesh.aggregator.door;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import io.sentinelmesh.aggregator.identity.Enrolment;
import io.sentinelmesh.aggregator.identity.IdentityBook;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity;
import io.vertx.core.http.HttpServerRequest;

/**
 * Whom a request comes from, by the certificate of its connection. The handshake has checked the chain; what may have changed since (a connection
 * lives long, and a resumed session is not checked again) is looked at with each request.
 */
final class ClientCertificates {

    sealed interface Caller {

        record Agent(NodeId id) implements Caller {
        }

        record Nobody(Problem why) implements Caller {
        }
    }

    private final IdentityBook book;
    private final InstantSource clock;

    ClientCertificates(IdentityBook book, InstantSource clock) {
        this.book = book;
        this.clock = clock;
    }

    Caller caller(HttpServerRequest request) {
        Optional<X509Certificate> shown = certificate(request);
        if (shown.isEmpty()) {
            return nobody(401, "certificate-needed", "Certificate needed", "this needs the agent's certificate: join "
                    + "first (scripts/sentinel agent join), and connect with TLS and the certificate from that");
        }
        X509Certificate certificate = shown.get();
        Optional<NodeId> agent = MeshIdentity.of(certificate)
                .filter(identity -> identity.role() == MeshIdentity.Role.AGENT).map(MeshIdentity::id);
        if (agent.isEmpty()) {
            return nobody(403, "no-agent", "No agent", "this certificate is not an agent's");
        }
        Instant now = clock.instant();
        if (now.isBefore(certificate.getNotBefore().toInstant())
                || now.isAfter(certificate.getNotAfter().toInstant())) {
            return nobody(401, "certificate-expired", "Certificate expired", "this certificate is not in force (now "
                    + now + ", it ended " + certificate.getNotAfter().toInstant() + "): renew it");
        }
        if (book.revokedAt(agent.get()).isPresent() || book.withdrawn(Enrolment.serial(certificate))) {
            return nobody(403, "agent-revoked", "The agent is revoked", "agent " + agent.get() + ", or this "
                    + "certificate of it, was revoked");
        }
        return new Caller.Agent(agent.get());
    }

    private static Caller nobody(int status, String type, String title, String detail) {
        return new Caller.Nobody(new Problem(status, type, title, detail));
    }

    private static Optional<X509Certificate> certificate(HttpServerRequest request) {
        SSLSession session = request.connection().sslSession();
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? Optional.of(leaf) : Optional.empty();
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }
}
