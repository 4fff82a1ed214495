package io.sentinelmesh.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * 32 random bytes (base64) that encrypt the agent's key. Looked for in this order: a systemd credential ({@code $CREDENTIALS_DIRECTORY/sentinel-agent-key}), the
 * variable {@code SENTINEL_AGENT_WRAPPING_KEY}, a file of mode 0600 outside the data folder, which is made at the first start. Never derived from
 * facts of the host.
 */
public final class WrappingKey {

    public static final String CREDENTIAL = "sentinel-agent-key";
    public static final String VARIABLE = "SENTINEL_AGENT_WRAPPING_KEY";

    /** AES-256. */
    private static final int BYTES = 32;
    /** 44 characters and a line end, with room for space around it. */
    private static final int MOST_FILE_BYTES = 256;
    private static final String HOW_TO_MAKE = "make one with: head -c 32 /dev/urandom | base64";

    private final byte[] key;
    private final String source;

    private WrappingKey(byte[] key, String source) {
        this.key = key;
        this.source = source;
    }

    /**
     * @param file where it is made if the other two are not there
     * @param dataFolder the file must not be inside
     * @throws TrustException if what is found is no key, others may read it, or the file is inside the data folder
     */
    public static WrappingKey find(Map<String, String> environment, Path file, Path dataFolder) {
        return credential(environment).or(() -> variable(environment)).orElseGet(() -> ofFile(file, dataFolder));
    }

    /** Where it came from, for people: "systemd credential", "environment", or the file's path. */
    public String source() {
        return source;
    }

    byte[] bytes() {
        return key.clone();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "WrappingKey[" + source + "]";
    }

    private static Optional<WrappingKey> credential(Map<String, String> environment) {
        @Nullable
        String folder = environment.get("CREDENTIALS_DIRECTORY");
        if (folder == null || folder.isBlank()) {
            return Optional.empty();
        }
        Path file = Path.of(folder, CREDENTIAL);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            // systemd may let the service's user in by an access list, whose mask looks like the group's right to read.
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                throw new TrustException("the systemd credential " + file + " may be read by everybody: load it with"
                        + " LoadCredential= or LoadCredentialEncrypted=");
            }
            return Optional.of(new WrappingKey(
                    parse(PrivateFiles.bounded(file, MOST_FILE_BYTES), "the systemd credential " + CREDENTIAL),
                    "systemd credential"));
        } catch (IOException | UnsupportedOperationException e) {
            throw new TrustException(
                    "cannot read the systemd credential " + file + " (" + PrivateFiles.reason(e) + ")", e);
        }
    }

    private static Optional<WrappingKey> variable(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE)).map(text -> new WrappingKey(
                parse(text.getBytes(StandardCharsets.UTF_8), "the variable " + VARIABLE), "environment"));
    }

    private static WrappingKey ofFile(Path file, Path dataFolder) {
        if (real(file).startsWith(real(dataFolder))) {
            throw new TrustException("the wrapping key " + file + " would be inside the data folder " + dataFolder
                    + ", and a copy of that folder would hold both key and lock: choose a place outside of it");
        }
        Optional<byte[]> there = PrivateFiles.read(file, MOST_FILE_BYTES);
        if (there.isEmpty()) {
            PrivateFiles.parentOf(file);
            PrivateFiles.writeNew(file, random());
            there = PrivateFiles.read(file, MOST_FILE_BYTES);
        }
        byte[] text = there.orElseThrow(() -> new TrustException("the wrapping key " + file + " vanished"));
        return new WrappingKey(parse(text, file.toString()), file.toString());
    }

    private static byte[] random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return (Base64.getEncoder().encodeToString(bytes) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] parse(byte[] text, String source) {
        try {
            byte[] decoded = Base64.getDecoder().decode(new String(text, StandardCharsets.ISO_8859_1).strip());
            if (decoded.length == BYTES) {
                return decoded;
            }
        } catch (IllegalArgumentException _) {
            // Its message may quote the key.
        }
        throw new TrustException(
                source + " is no wrapping key, which is " + BYTES + " bytes in base64: " + HOW_TO_MAKE);
    }

    /** With links followed as far as the path exists. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (@Nullable
        Path there = absolute; there != null; there = there.getParent()) {
            if (Files.exists(there)) {
                try {
                    return there.toRealPath().resolve(there.relativize(absolute)).normalize();
                } catch (IOException e) {
                    throw new TrustException("cannot look up " + there + " (" + PrivateFiles.reason(e) + ")", e);
                }
            }
        }
        return absolute;
    }
}
