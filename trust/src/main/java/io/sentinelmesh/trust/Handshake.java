package io.sentinelmesh.trust;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

/**
 * The handshake that a manager is asked for.
 *
 * @param checksHost whether the client wants the server's name to be the host's (endpoint identification "HTTPS")
 */
record Handshake(SSLSession session, boolean checksHost) {

    static final String PROTOCOL = "TLSv1.3";

    static Optional<Handshake> of(@Nullable SSLEngine engine) {
        return engine == null ? Optional.empty() : of(engine.getHandshakeSession(), engine.getSSLParameters());
    }

    static Optional<Handshake> of(@Nullable Socket socket) {
        return socket instanceof SSLSocket tls
                ? of(tls.getHandshakeSession(), tls.getSSLParameters())
                : Optional.empty();
    }

    private static Optional<Handshake> of(@Nullable SSLSession session, SSLParameters parameters) {
        if (session == null) {
            return Optional.empty();
        }
        @Nullable
        String algorithm = parameters.getEndpointIdentificationAlgorithm();
        return Optional.of(new Handshake(session, algorithm != null && !algorithm.isEmpty()));
    }

    boolean isModern() {
        return PROTOCOL.equals(session.getProtocol());
    }

    void requireModern() throws CertificateException {
        if (!isModern()) {
            throw new CertificateException("only " + PROTOCOL + " is spoken here, not " + session.getProtocol());
        }
    }

    /** A session that is invalid gets no ticket: a resumed one would escape the next check of its certificate. */
    void forbidResumption() {
        session.invalidate();
    }

    Optional<String> host() {
        return Optional.ofNullable(session.getPeerHost());
    }
}
