package io.sentinelmesh.trust;

import java.security.GeneralSecurityException;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Contexts whose sessions are never resumed. */
final class Contexts {

    /** RFC 8446 section 4.6.1: a ticket lives for 604,800 s at most. A context that wants more gives none and keeps none. */
    private static final int LONGER_THAN_A_TICKET_SECONDS = 604_801;

    private Contexts() {
    }

    static SSLContext of(Optional<X509ExtendedKeyManager> keyManager, X509ExtendedTrustManager trustManager) {
        try {
            SSLContext context = SSLContext.getInstance(Handshake.PROTOCOL);
            context.init(keyManager.map(manager -> new KeyManager[]{manager}).orElseGet(() -> new KeyManager[0]),
                    new X509ExtendedTrustManager[]{trustManager}, null);
            context.getServerSessionContext().setSessionTimeout(LONGER_THAN_A_TICKET_SECONDS);
            context.getClientSessionContext().setSessionTimeout(LONGER_THAN_A_TICKET_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TrustException("this Java has no " + Handshake.PROTOCOL + ": use a full JDK or JRE", e);
        }
    }
}
