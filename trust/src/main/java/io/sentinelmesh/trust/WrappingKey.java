package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.util.Map;

/**
 * 32 random bytes (base64) that encrypt the agent's key. Looked for in this order: a systemd credential ({@code $CREDENTIALS_DIRECTORY/sentinel-agent-key}), the
 * variable {@code SENTINEL_AGENT_WRAPPING_KEY}, a file of mode 0600 outside the data folder, which is made at the first start. Never derived from
 * facts of the host.
 */
public final class WrappingKey {

    private WrappingKey() {
    }

    /**
     * @param file where it is made if the other two are not there
     * @param dataFolder the file must not be inside
     * @throws TrustException if what is found is no key, others may read it, or the file is inside the data folder
     */
    public static WrappingKey find(Map<String, String> environment, Path file, Path dataFolder) {
        return Unfinished.here();
    }

    /** Where it came from, for people: "systemd credential", "environment", or the file's path. */
    public String source() {
        return Unfinished.here();
    }

    byte[] bytes() {
        return Unfinished.here();
    }
}
