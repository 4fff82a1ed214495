package io.sentinelmesh.probe.standin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.KeyManagerFactory;

/** Issues certificates, good and bad ones. Its key lives as long as the test. */
public final class Authority {

    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final char[] NO_SECRET = "changeit".toCharArray();

    private final String name;
    private final KeyPair key;
    private final X509Certificate certificate;

    public Authority(String name) {
        try {
            this.name = name;
            key = newKey();
            Instant now = Instant.now();
            certificate = signed(name, key.getPublic(), now.minus(Duration.ofDays(400)), now.plus(Duration.ofDays(400)),
                    authorityExtension());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A server's certificate, its key, and the authority's own behind it. */
    public record Issued(KeyPair key, List<X509Certificate> chain) {

        /** For a server. */
        public KeyManagerFactory keys() {
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("server", key.getPrivate(), NO_SECRET, chain.toArray(X509Certificate[]::new));
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, NO_SECRET);
                return keys;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Good for 90 days. */
    public Issued issue(String... names) {
        Instant now = Instant.now();
        return issue(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)).plusSeconds(60), names);
    }

    /** @param names of hosts, or addresses */
    public Issued issue(Instant notBefore, Instant notAfter, String... names) {
        try {
            KeyPair own = newKey();
            byte[][] alternatives = Arrays.stream(names).map(Authority::alternative).toArray(byte[][]::new);
            byte[] extension = Der.sequence(Der.object(2, 5, 29, 17), Der.octets(Der.sequence(alternatives)));
            return new Issued(own,
                    List.of(signed("server", own.getPublic(), notBefore, notAfter, extension), certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In PEM form, as a user would give it. */
    public String file(Path folder) throws IOException {
        try {
            String pem = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
            return Files.writeString(folder.resolve(name + ".pem"), pem).toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] alternative(String name) {
        try {
            return Der.tagged(0x87, InetAddress.ofLiteral(name).getAddress());
        } catch (IllegalArgumentException e) {
            return Der.tagged(0x82, name.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] authorityExtension() {
        return Der.sequence(Der.object(2, 5, 29, 19), Der.yes(), Der.octets(Der.sequence(Der.yes())));
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    /** RFC 5280 section 4.1: version 3, signed with ECDSA and SHA-256. */
    private X509Certificate signed(String subject, PublicKey subjectKey, Instant notBefore, Instant notAfter,
            byte[] extension) throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.object(1, 2, 840, 10_045, 4, 3, 2));
        byte[] content = Der.sequence(Der.tagged(0xa0, Der.integer(2)), Der.integer(SERIAL.getAndIncrement()),
                algorithm, commonName(name), Der.sequence(Der.time(notBefore), Der.time(notAfter)),
                commonName(subject), subjectKey.getEncoded(), Der.tagged(0xa3, Der.sequence(extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.getPrivate());
        signature.update(content);
        byte[] whole = Der.sequence(content, algorithm, Der.bits(signature.sign()));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] commonName(String name) {
        return Der.sequence(Der.set(Der.sequence(Der.object(2, 5, 4, 3), Der.text(name))));
    }
}
