package io.sentinelmesh.probe.exchange;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.sentinelmesh.probe.certificate.ChainJudge;

/** How to speak TLS to servers and whom to believe. Costly to make, cheap to use; immutable, any thread. */
public final class TlsTerms {

    private final SslContext context;
    private final ChainJudge judge;
    private final boolean judgedOnly;

    /**
     * @param applicationProtocols offered by ALPN, the preferred one first; may be empty
     * @param judgedOnly whether a bad certificate is told without ending the exchange
     */
    public TlsTerms(ChainJudge judge, List<String> applicationProtocols, boolean judgedOnly) {
        this.judge = judge;
        this.judgedOnly = judgedOnly;
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK)
                .trustManager(new HearsAll()).endpointIdentificationAlgorithm("");
        if (!applicationProtocols.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                    applicationProtocols));
        }
        try {
            context = builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("Java's own TLS can't be set up", e);
        }
    }

    /** Whether an exchange must not go on with a chain that has problems. */
    boolean insists() {
        return !judgedOnly;
    }

    /**
     * @param serverName told to the server (RFC 6066 section 3) unless it is an address
     * @throws IllegalArgumentException if {@link HostName#require} would not have it
     */
    SslHandler handler(ByteBufAllocator allocator, String serverName) {
        // Without host and port, for by these Java would resume the last session and no chain would be seen.
        SslHandler handler = context.newHandler(allocator);
        SSLEngine engine = handler.engine();
        if (!HostName.isAddress(serverName)) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            engine.setSSLParameters(parameters);
        }
        // The exchange's own deadline covers the handshake.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Of a handshake that has ended well. */
    TlsSeen seen(SslHandler handler, String serverName) throws SSLPeerUnverifiedException {
        SSLSession session = handler.engine().getSession();
        Certificate[] chain = session.getPeerCertificates();
        List<X509Certificate> certificates = Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        String chosen = handler.applicationProtocol();
        return new TlsSeen(session.getProtocol(), session.getCipherSuite(), chosen == null ? "" : chosen,
                judge.judge(certificates, serverName));
    }

    /**
     * Lets every handshake end, so that the chain can be looked at. {@link ChainJudge} judges it then, before a byte of the exchange is sent.
     */
    private static final class HearsAll extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // Judged after the handshake.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // Judged after the handshake.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Judged after the handshake.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
