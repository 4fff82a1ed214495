package io.sentinelmesh.aggregator.ingestkey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of every key, derived from one master secret that only this aggregator's data folder holds: HMAC-SHA256 as a pseudo-random function
 * (RFC 2104) of the key's name. So the database holds no secret, and nothing has to be decrypted to check a signature.
 */
public final class IngestSecrets {

    /** In the aggregator's data folder, mode 0600. */
    public static final String FILE = "ingest-master";

    private static final int MASTER_BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    /** So that the master may never be led to sign anything else. */
    private static final String PURPOSE = "sentinel-mesh ingest secret 1\n";
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final byte[] master;

    private IngestSecrets(byte[] master) {
        this.master = master;
    }

    /** That nobody keeps. */
    public static IngestSecrets random() {
        return new IngestSecrets(randomBytes());
    }

    /**
     * Reads the master secret, or makes it at the first start.
     *
     * @throws IOException if that cannot be, others may read it, or it is none
     */
    public static IngestSecrets inFile(Path file) throws IOException {
        if (Files.notExists(file)) {
            try {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
                Files.writeString(file, HexFormat.of().formatHex(randomBytes()) + "\n");
            } catch (FileAlreadyExistsException madeMeanwhile) {
                // Another start was faster.
            }
        }
        if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException(
                    "others may read or change " + file + ": whoever did can sign for every key. Delete it and"
                            + " make the keys anew, or run chmod 600 " + file);
        }
        String text = Files.readString(file).strip();
        if (!text.matches("[0-9a-f]{64}")) {
            throw new IOException(
                    file + " holds no master secret (64 hex digits): restore it from a backup, or delete it"
                            + " and make the keys of third parties anew");
        }
        return new IngestSecrets(HexFormat.of().parseHex(text));
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[MASTER_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    byte[] secretOf(KeyName name) {
        return hmac(master, PURPOSE + name.text());
    }

    /** FIPS 198-1. */
    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + HMAC, impossible);
        }
    }

    @Override
    public String toString() {
        return "IngestSecrets[hidden]";
    }
}
