package io.sentinelmesh.trust;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CertificateRequestTest {

    private final KeyPair key = CertificateRequest.newKey();

    private static byte[] request(KeyPair certified, KeyPair signer, String algorithm) throws Exception {
        return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=somebody else"), certified.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())).getEncoded();
    }

    private static void assertRefused(byte[] der, String reason) {
        assertThatThrownBy(() -> CertificateRequest.verified(der)).isInstanceOf(TrustException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void the_key_of_a_request_is_the_one_that_signed_it() throws Exception {
        assertThat(CertificateRequest.verified(CertificateRequest.of(key))).isEqualTo(key.getPublic());
        assertThat(CertificateRequest.verified(request(key, key, "SHA256withECDSA"))).isEqualTo(key.getPublic());
        assertThat(CertificateRequest.of(key)).hasSizeLessThan(CertificateRequest.MOST_BYTES / 8);
    }

    @Test
    void a_request_signed_by_another_key_or_in_another_way_is_refused() throws Exception {
        assertRefused(request(key, CertificateRequest.newKey(), "SHA256withECDSA"), "not by the key in it");
        assertRefused(request(key, key, "SHA384withECDSA"), "must be signed with SHA256withECDSA");
    }

    @Test
    void a_key_of_another_kind_or_curve_is_refused() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(384);
        KeyPair p384 = generator.generateKeyPair();

        assertRefused(request(rsa, rsa, "SHA256withRSA"), "must be one of the curve P-256");
        assertRefused(request(p384, p384, "SHA256withECDSA"), "must be one of the curve P-256");
    }

    @Test
    void a_point_that_is_not_on_the_curve_is_refused() throws Exception {
        byte[] der = CertificateRequest.of(key);
        byte[] spki = key.getPublic().getEncoded();
        byte[] y = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
        int place = indexOf(der, y);
        byte[] other = new BigInteger(1, y).xor(BigInteger.ONE).toByteArray();
        System.arraycopy(other, other.length - 1, der, place + 31, 1);

        assertRefused(der, "not a certificate request");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i <= bytes.length - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not in it");
    }

    @Test
    void each_flipped_bit_is_noticed() {
        byte[] der = CertificateRequest.of(key);

        for (int bit = 0; bit < 8 * der.length; bit++) {
            byte[] changed = der.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> CertificateRequest.verified(changed)).as("bit " + bit)
                    .isInstanceOf(TrustException.class);
        }
    }

    @Test
    void what_is_too_long_or_goes_on_is_refused() {
        byte[] der = CertificateRequest.of(key);

        assertRefused(Arrays.copyOf(der, der.length + 1), "not a certificate request");
        assertRefused(new byte[CertificateRequest.MOST_BYTES + 1], "at most 4096");
        assertRefused(new byte[0], "not a certificate request");
    }
}
