package io.sentinelmesh.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** Certificates as bytes and as text. */
public final class Certificates {

    /** More than any certificate of ours or of a company's authority needs. */
    public static final int MOST_BYTES = 16 * 1024;
    static final int MOST_FILE_BYTES = 64 * 1024;
    static final String LABEL = "CERTIFICATE";

    private Certificates() {
    }

    /** From DER. @throws TrustException if it is no certificate, or too long for one */
    public static X509Certificate parse(byte[] der) {
        if (der.length > MOST_BYTES) {
            throw new TrustException("a certificate of " + der.length + " bytes: at most " + MOST_BYTES + " are read");
        }
        try {
            ByteArrayInputStream bytes = new ByteArrayInputStream(der);
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(bytes);
            if (bytes.available() > 0) {
                throw new TrustException("not one certificate: " + bytes.available() + " bytes follow it");
            }
            return certificate;
        } catch (CertificateException e) {
            throw new TrustException("not a certificate: " + e.getMessage(), e);
        }
    }

    public static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new TrustException("a certificate that can't be encoded: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of the DER, lower-case hex. */
    public static String fingerprint(X509Certificate certificate) {
        return sha256Hex(der(certificate));
    }

    /** Textual encoding (RFC 7468), one after the other. */
    public static String pem(Collection<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append(new PemBlock(LABEL, der(certificate)).text());
        }
        return text.toString();
    }

    /**
     * At least one.
     *
     * @param source for messages: the file's name
     * @throws TrustException if it is no such text
     */
    public static List<X509Certificate> ofPem(String text, String source) {
        List<X509Certificate> certificates = PemBlock.of(PemBlock.parse(text, source), LABEL).stream()
                .map(block -> parse(block.der())).toList();
        if (certificates.isEmpty()) {
            throw new TrustException(source + " holds no certificate: it must have a line -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    /** The certificates of a PEM file. @throws TrustException */
    public static List<X509Certificate> read(Path file) {
        try {
            return ofPem(new String(PrivateFiles.bounded(file, MOST_FILE_BYTES), StandardCharsets.US_ASCII),
                    file.toString());
        } catch (IOException e) {
            throw new TrustException("cannot read " + file + " (" + PrivateFiles.reason(e) + ")", e);
        }
    }

    /** As a PEM file, which anybody may read who may enter its folder: nothing in it is secret. @throws TrustException */
    public static void write(Path file, Collection<X509Certificate> certificates) {
        try {
            Files.writeString(file, pem(certificates), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new TrustException("cannot write " + file + " (" + PrivateFiles.reason(e) + ")", e);
        }
    }

    static String sha256Hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it (MessageDigest).
            throw new IllegalStateException(e);
        }
    }
}
