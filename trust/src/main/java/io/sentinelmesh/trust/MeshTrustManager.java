package io.sentinelmesh.trust;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Asks a judge of certificates in each handshake, and refuses handshakes that are not of TLS 1.3 whatever was enabled. Any thread. */
final class MeshTrustManager extends X509ExtendedTrustManager {

    /** Decides about a peer. */
    interface Judge {

        void server(List<X509Certificate> chain, Handshake handshake) throws CertificateException;

        void client(List<X509Certificate> chain) throws CertificateException;

        /** Told to clients, so that they can choose a certificate. */
        List<X509Certificate> authorities();
    }

    private final Judge judge;

    MeshTrustManager(Judge judge) {
        this.judge = judge;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        server(chain, Handshake.of(socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        server(chain, Handshake.of(engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        server(chain, Optional.empty());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        client(chain, Handshake.of(socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        client(chain, Handshake.of(engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        client(chain, Optional.empty());
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.authorities().toArray(X509Certificate[]::new);
    }

    private void server(X509Certificate[] chain, Optional<Handshake> handshake) throws CertificateException {
        Handshake known = known(handshake);
        judge.server(List.of(chain), known);
        known.forbidResumption();
    }

    private void client(X509Certificate[] chain, Optional<Handshake> handshake) throws CertificateException {
        Handshake known = known(handshake);
        judge.client(List.of(chain));
        known.forbidResumption();
    }

    /** Whoever asks about a bare chain can't be told whether the host is right, so the answer is no. */
    private static Handshake known(Optional<Handshake> handshake) throws CertificateException {
        Handshake known = handshake
                .orElseThrow(() -> new CertificateException("a certificate is judged in its handshake only"));
        known.requireModern();
        return known;
    }
}
