package io.sentinelmesh.agent;

import java.util.Map;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.WrappingKey;

/** Where an agent's key and certificates are, and what encrypts the key. */
final class IdentityFiles {

    /** In the data folder. */
    private static final String KEY = "identity";

    private IdentityFiles() {
    }

    /** @throws io.sentinelmesh.trust.TrustException if the wrapping key can't be found or made, or others may read it */
    static KeyVault vault(AgentConfig config, Map<String, String> environment) {
        return new KeyVault(config.dataDir().resolve(KEY),
                WrappingKey.find(environment, config.wrappingKeyFile(), config.dataDir()));
    }
}
