package io.sentinelmesh.agent.link;

import java.util.Optional;

import io.sentinelmesh.agent.config.SecretFile;
import io.sentinelmesh.trust.TlsIdentity;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;

/** What proves each end of the link to the other. */
public sealed interface LinkSecurity {

    /** Both show certificates of the mesh, TLS 1.3. */
    record Certificates(TlsIdentity identity) implements LinkSecurity {
    }

    /**
     * Plain text, for laboratories: the aggregator's token at most.
     *
     * @param token read at each connection, so that a new one needs no restart
     */
    record Plain(Optional<SecretFile> token) implements LinkSecurity {
    }

    default WebSocketClientOptions clientOptions() {
        return secured(new WebSocketClientOptions().setVerifyHost(true));
    }

    /** The same for POST. */
    default HttpClientOptions postOptions() {
        // The door speaks HTTP/1.1, and one version is less to get wrong.
        return secured(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_1_1).setVerifyHost(true));
    }

    private <O extends ClientOptionsBase> O secured(O options) {
        if (this instanceof Certificates(TlsIdentity identity)) {
            options.addEnabledSecureTransportProtocol("TLSv1.3");
            options.removeEnabledSecureTransportProtocol("TLSv1.2");
            options.setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                    .setTrustOptions(TrustOptions.wrap(identity.trustManager()));
        }
        return options;
    }

    /** @throws io.sentinelmesh.agent.config.ConfigException if the token's file can't be used */
    default Optional<String> bearerToken() {
        return switch (this) {
            case Certificates _ -> Optional.empty();
            case Plain(Optional<SecretFile> token) -> token.map(SecretFile::read);
        };
    }
}
