package io.sentinelmesh.trust;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever bytes come, they are read or refused with a TrustException; nothing else is thrown, and nothing changed is taken for the real thing. */
class HostileInputPropertiesTest {

    private static final KeyPair KEY = CertificateRequest.newKey();
    private static final byte[] REQUEST = CertificateRequest.of(KEY);
    private static final String TOKEN = JoinToken.random("ab".repeat(32)).text();
    private static Path folder;
    private static Path file;
    private static KeyVault vault;
    private static byte[] sealed;

    @BeforeContainer
    static void vault() throws IOException {
        folder = Files.createTempDirectory("vault-properties");
        file = folder.resolve("identity");
        WrappingKey wrapping = WrappingKey.find(Map.of(WrappingKey.VARIABLE, "A".repeat(43) + "="), file, folder);
        vault = new KeyVault(file, wrapping);
        vault.write(new KeyVault.Content(KEY.getPrivate(), List.of(), List.of()));
        sealed = Files.readAllBytes(file);
    }

    @AfterContainer
    static void nothing_stays_behind() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Property
    void a_text_is_a_token_or_refused(@ForAll String text) {
        assertThat(refused(() -> JoinToken.parse(text))).isTrue();
        assertThat(refused(() -> JoinToken.parse("smj1." + text))).isTrue();
    }

    @Property
    void a_token_with_another_character_is_another_token_or_none(@ForAll @IntRange(max = 82) int place,
            @ForAll char character) {
        String changed = TOKEN.substring(0, place) + character + TOKEN.substring(place + 1);

        if (!refused(() -> JoinToken.parse(changed))) {
            assertThat(JoinToken.parse(changed).text()).isEqualTo(changed);
        }
    }

    @Property
    void bytes_are_no_certificate_request(@ForAll @Size(max = 5_000) byte[] bytes) {
        assertThat(refused(() -> CertificateRequest.verified(bytes))).isTrue();
    }

    @Property
    void a_certificate_request_that_was_cut_or_goes_on_is_refused(@ForAll @Size(max = 300) byte[] more,
            @ForAll @IntRange(max = 300) int length) {
        byte[] changed = Arrays.copyOf(REQUEST, Math.min(length, REQUEST.length) + more.length);
        System.arraycopy(more, 0, changed, changed.length - more.length, more.length);

        if (!Arrays.equals(changed, REQUEST)) {
            assertThat(refused(() -> CertificateRequest.verified(changed))).isTrue();
        }
    }

    @Property
    void bytes_are_no_certificate(@ForAll @Size(max = 3_000) byte[] bytes) {
        assertThat(refused(() -> Certificates.parse(bytes))).isTrue();
    }

    @Property
    void a_text_is_no_certificate_file(@ForAll String text) {
        assertThat(refused(() -> Certificates.ofPem(text, "it"))).isTrue();
        assertThat(refused(() -> Certificates
                .ofPem("-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n", "it"))).isTrue();
    }

    @Property(tries = 300)
    void bytes_are_no_vault(@ForAll @Size(max = 300) byte[] bytes) {
        write(bytes);

        assertThat(refused(() -> vault.read())).isTrue();
    }

    @Property(tries = 300)
    void a_vault_with_a_flipped_bit_is_refused(@ForAll @IntRange(max = 10_000) int place,
            @ForAll @IntRange(max = 7) int bit) {
        write(flipped(sealed, place, bit));

        assertThat(refused(() -> vault.read())).isTrue();
    }

    @Property
    void what_was_sealed_but_is_no_content_is_refused(@ForAll @Size(max = 300) byte[] bytes) {
        assertThat(refused(() -> VaultBytes.parse(bytes, "it"))).isTrue();
    }

    @Property
    void content_with_a_flipped_bit_never_breaks_the_reader(@ForAll @IntRange(max = 10_000) int place,
            @ForAll @IntRange(max = 7) int bit) {
        byte[] plain = VaultBytes.of(new KeyVault.Content(KEY.getPrivate(), List.of(), List.of()));

        // A flipped bit of the key itself makes another key: only the encryption can tell.
        refused(() -> VaultBytes.parse(flipped(plain, place, bit), "it"));
    }

    private static byte[] flipped(byte[] bytes, int place, int bit) {
        byte[] changed = bytes.clone();
        changed[place % bytes.length] ^= (byte) (1 << bit);
        return changed;
    }

    private static void write(byte[] bytes) {
        try {
            Files.write(file, bytes);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any other exception fails the property. */
    private static boolean refused(Runnable reading) {
        try {
            reading.run();
            return false;
        } catch (TrustException e) {
            assertThat(e.getMessage()).isNotBlank();
            return true;
        }
    }
}
