package io.sentinelmesh.trust;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CertificatesTest {

    @TempDir
    private Path folder;
    private final KeyPair key = CertificateRequest.newKey();
    private final X509Certificate one = Forger.signingItself(key).certify(key);
    private final X509Certificate other = Forger.signingItself(key).asAuthority().certify(key);

    @Test
    void certificates_written_as_text_are_read_again_with_what_stands_around_them() throws Exception {
        Path file = folder.resolve("some.pem");
        Certificates.write(file, List.of(one, other));
        assertThat(Certificates.read(file)).containsExactly(one, other);

        String text = Files.readString(file);

        assertThat(text.lines()).allMatch(line -> line.length() <= 64).contains("-----BEGIN CERTIFICATE-----");
        assertThat(Certificates.ofPem("the first:\r\n" + text.replace("\n", "\r\n") + "\nthe end\n", "it"))
                .containsExactly(one, other);
    }

    @Test
    void a_text_that_holds_none_or_half_of_one_is_refused_with_its_name() {
        String text = Certificates.pem(List.of(one));

        assertThatThrownBy(() -> Certificates.ofPem("hello", "some.pem")).isInstanceOf(TrustException.class)
                .hasMessageContaining("some.pem holds no certificate");
        assertThatThrownBy(() -> Certificates.ofPem(text.substring(0, 200), "some.pem"))
                .isInstanceOf(TrustException.class).hasMessageContaining("some.pem ends inside a block");
        assertThatThrownBy(() -> Certificates.ofPem(text.replace('A', '!'), "some.pem"))
                .isInstanceOf(TrustException.class).hasMessageContaining("some.pem");
    }

    @Test
    void bytes_after_a_certificate_are_refused() throws Exception {
        byte[] der = one.getEncoded();

        assertThat(Certificates.parse(der)).isEqualTo(one);
        assertThatThrownBy(() -> Certificates.parse(Arrays.copyOf(der, der.length + 3)))
                .isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> Certificates.parse(new byte[Certificates.MOST_BYTES + 1]))
                .isInstanceOf(TrustException.class).hasMessageContaining("at most");
    }
}
