package io.sentinelmesh.db;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** One version of the mesh's settings with its document. */
public record StoredSettings(Entry entry, String document) {

    /**
     * @param sha256 of the document in UTF-8, in hex
     * @param author who put it in force, by their own word
     */
    public record Entry(long version, String sha256, Instant storedAt, String author) {
    }

    /** A document that is not stored yet. */
    public record Draft(String document, Instant at, String author) {

        /** As the stored version will have it, in hex. */
        public String sha256() {
            return HexFormat.of().formatHex(digest());
        }

        public byte[] digest() {
            try {
                return MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}
