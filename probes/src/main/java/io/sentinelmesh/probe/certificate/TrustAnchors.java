package io.sentinelmesh.probe.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.SettingFile;

/** The certificates that are trusted without proof: Java's own list, or those of a file. */
public final class TrustAnchors {

    private static final int MOST_FILE_BYTES = 4 << 20;

    private TrustAnchors() {
    }

    /** Those that this Java trusts. */
    public static Set<TrustAnchor> ofJava() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return anchors(Arrays.stream(factory.getTrustManagers()).filter(X509TrustManager.class::isInstance)
                    .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers())));
        } catch (GeneralSecurityException e) {
            throw new BadRequestException("Java's own list of trusted certificates can't be read: " + e.getMessage()
                    + "; name a file with --ca-file", e);
        }
    }

    /**
     * @param file in PEM form, one certificate or many
     * @throws BadRequestException if there is no such file, or no certificate in it
     */
    public static Set<TrustAnchor> ofFile(String file) {
        try {
            byte[] content = SettingFile.read(Path.of(file), MOST_FILE_BYTES).orElseThrow(() -> new BadRequestException(
                    "ca-file: '" + file + "' is larger than 4 MB; name a file of certificates in PEM form"));
            Set<TrustAnchor> anchors = anchors(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(content)).stream()
                    .map(X509Certificate.class::cast));
            if (anchors.isEmpty()) {
                throw new BadRequestException("ca-file: '" + file + "' holds no certificate; name a file in PEM form");
            }
            return anchors;
        } catch (IOException | IllegalArgumentException e) {
            throw new BadRequestException("ca-file: '" + file + "' can't be read (" + e.getClass().getSimpleName()
                    + "); check the path and its permissions", e);
        } catch (GeneralSecurityException e) {
            throw new BadRequestException(
                    "ca-file: '" + file + "' is not a file of certificates in PEM form; convert it with openssl x509",
                    e);
        }
    }

    private static Set<TrustAnchor> anchors(Stream<X509Certificate> certificates) {
        return certificates.map(certificate -> new TrustAnchor(certificate, null))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
