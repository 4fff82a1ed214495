package io.sentinelmesh.trust;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret under a wrapping key, AES-256-GCM (NIST SP 800-38D): {@code "SMKV", version, nonce, ciphertext with tag}. Magic and version are
 * authenticated too, so that a file can't be passed off as one of another version.
 */
final class SealedKey {

    private static final byte[] HEADER = {'S', 'M', 'K', 'V', 1};
    /** SP 800-38D section 8.2.2: 96 random bits; there will never be 2^32 writes under one key. */
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int SHORTEST = HEADER.length + NONCE_BYTES + TAG_BITS / 8;

    private final WrappingKey wrapping;

    SealedKey(WrappingKey wrapping) {
        this.wrapping = wrapping;
    }

    byte[] seal(byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
            return ByteBuffer.allocate(HEADER.length + NONCE_BYTES + sealed.length).put(HEADER).put(nonce).put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new TrustException("cannot encrypt the key: " + e.getMessage(), e);
        }
    }

    byte[] open(byte[] bytes, String source) {
        if (bytes.length < SHORTEST) {
            throw new TrustException(source + " is cut off: restore it from a backup, or delete it and join again");
        }
        if (!Arrays.equals(bytes, 0, HEADER.length - 1, HEADER, 0, HEADER.length - 1)) {
            throw new TrustException(
                    source + " is no key vault: restore it from a backup, or delete it and join again");
        }
        if (bytes[HEADER.length - 1] != HEADER[HEADER.length - 1]) {
            throw new TrustException(source + " has the version " + bytes[HEADER.length - 1] + ", this program knows "
                    + HEADER[HEADER.length - 1] + ": run the program that wrote it, or a newer one");
        }
        byte[] nonce = Arrays.copyOfRange(bytes, HEADER.length, HEADER.length + NONCE_BYTES);
        int start = HEADER.length + NONCE_BYTES;
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce).doFinal(bytes, start, bytes.length - start);
        } catch (AEADBadTagException e) {
            throw new TrustException("cannot decrypt " + source + " with the wrapping key from " + wrapping.source()
                    + ": it is another key, or the file was changed. Restore the two, or delete " + source
                    + " and join again", e);
        } catch (GeneralSecurityException e) {
            throw new TrustException("cannot decrypt " + source + ": " + e.getMessage(), e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        byte[] key = wrapping.bytes();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(HEADER);
            return cipher;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
