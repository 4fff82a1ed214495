package io.sentinelmesh.agent.link;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.agent.config.AgentConfig;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemTrustOptions;

/** What proves each end of the link to the other: the aggregator's certificate and this agent's token. */
final class LinkSecurity {

    private final AgentConfig config;

    LinkSecurity(AgentConfig config) {
        this.config = config;
    }

    static final class TokenException extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        TokenException(String message) {
            super(message);
        }
    }

    WebSocketClientOptions clientOptions() {
        WebSocketClientOptions options = new WebSocketClientOptions();
        options.addEnabledSecureTransportProtocol("TLSv1.3").setVerifyHost(true);
        options.removeEnabledSecureTransportProtocol("TLSv1.2");
        config.aggregatorCa()
                .ifPresent(ca -> options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
        return options;
    }

    /** Read at each connection, so that a new token needs no restart. */
    Optional<String> token() {
        if (config.tokenFile().isEmpty()) {
            return Optional.empty();
        }
        Path file = config.tokenFile().get();
        try {
            Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
            others.addAll(Files.getPosixFilePermissions(file));
            others.remove(PosixFilePermission.OWNER_READ);
            others.remove(PosixFilePermission.OWNER_WRITE);
            if (!others.isEmpty()) {
                throw new TokenException("the token file " + file + " can be read by others: chmod 600 " + file);
            }
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new TokenException("the token file " + file + " cannot be read (" + e.getMessage() + ")");
        }
    }
}
