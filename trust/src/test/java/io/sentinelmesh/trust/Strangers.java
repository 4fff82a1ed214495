package io.sentinelmesh.trust;

import java.security.KeyStore;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Programs that use the JDK's own managers: they speak any protocol, resume sessions and show what they have. */
final class Strangers {

    private Strangers() {
    }

    static SSLContext with(TlsIdentity.Material material) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", material.key(), new char[0], material.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, new char[0]);
        return context(factory.getKeyManagers(), trusting(material));
    }

    static SSLContext withoutCertificate(TlsIdentity.Material material) throws Exception {
        return context(new KeyManager[0], trusting(material));
    }

    private static TrustManager[] trusting(TlsIdentity.Material material) throws Exception {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        for (X509Certificate authority : material.trusted()) {
            authorities.setCertificateEntry(Certificates.fingerprint(authority), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trusted) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusted, null);
        return context;
    }
}
