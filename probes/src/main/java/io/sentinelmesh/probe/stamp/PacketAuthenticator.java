package io.sentinelmesh.probe.stamp;

import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256, truncated to its first 16 bytes (RFC 8762 section 4.4; of extensions RFC 8972 section 4.8). One thread. The JDK's own makes an
 * object for each digest; the authenticated mode pays that.
 */
final class PacketAuthenticator {

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;
    private final byte[] digest;

    PacketAuthenticator(SharedKey key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.bytes(), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
        digest = new byte[mac.getMacLength()];
    }

    void signBase(byte[] packet) {
        base(packet);
        System.arraycopy(digest, 0, packet, StampMode.HMAC, Tlv.HMAC_LENGTH);
    }

    boolean isBaseAuthentic(byte[] packet) {
        base(packet);
        return isDigestAt(packet, StampMode.HMAC);
    }

    /** @param at where the HMAC extension begins: it covers the sequence number and the extensions before it */
    void signExtensions(byte[] packet, int at) {
        extensions(packet, at);
        System.arraycopy(digest, 0, packet, at + Tlv.HEADER, Tlv.HMAC_LENGTH);
    }

    boolean areExtensionsAuthentic(byte[] packet, int at) {
        extensions(packet, at);
        return isDigestAt(packet, at + Tlv.HEADER);
    }

    private void base(byte[] packet) {
        mac.update(packet, 0, StampMode.HMAC);
        finish();
    }

    private void extensions(byte[] packet, int at) {
        int start = StampMode.AUTHENTICATED.length();
        mac.update(packet, StampMode.SEQUENCE, Integer.BYTES);
        mac.update(packet, start, at - start);
        finish();
    }

    private void finish() {
        try {
            mac.doFinal(digest, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("the digest has its own length", e);
        }
    }

    /** Takes the same time wherever they differ. */
    private boolean isDigestAt(byte[] packet, int at) {
        int difference = 0;
        for (int i = 0; i < Tlv.HMAC_LENGTH; i++) {
            difference |= packet[at + i] ^ digest[i];
        }
        return difference == 0;
    }
}
