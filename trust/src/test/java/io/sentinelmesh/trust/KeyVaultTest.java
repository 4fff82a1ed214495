package io.sentinelmesh.trust;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyVaultTest {

    @TempDir
    private Path folder;
    private Path file;
    private KeyVault vault;
    private KeyVault.Content content;

    @BeforeEach
    void vault() {
        file = folder.resolve("identity");
        vault = new KeyVault(file, wrapping());
        TlsIdentity.Material material = new Mesh(folder.resolve("ca"), new MovedClock()).agentMaterial(Mesh.AGENT,
                ofDays(7));
        content = new KeyVault.Content(material.key(), material.chain(), material.trusted());
    }

    private WrappingKey wrapping() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return WrappingKey.find(Map.of(WrappingKey.VARIABLE, Base64.getEncoder().encodeToString(key)), file, folder);
    }

    @Test
    void what_was_written_is_read() {
        assertThat(vault.read()).isEmpty();

        vault.write(content);

        assertThat(vault.read()).contains(content);
    }

    @Test
    void a_key_that_is_not_certified_yet_is_kept_too() {
        KeyVault.Content bare = new KeyVault.Content(content.key(), List.of(), List.of());

        vault.write(bare);

        assertThat(vault.read()).contains(bare);
    }

    @Test
    void neither_key_nor_certificate_can_be_found_in_the_file_and_no_two_files_are_alike() throws Exception {
        vault.write(content);
        byte[] first = Files.readAllBytes(file);
        vault.write(content);
        byte[] second = Files.readAllBytes(file);

        for (byte[] secret : List.of(content.key().getEncoded(), content.chain().getFirst().getEncoded())) {
            assertThat(Collections.indexOfSubList(boxed(first), boxed(Arrays.copyOf(secret, 16)))).isEqualTo(-1);
        }
        assertThat(new String(first, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("SMKV");
        assertThat(Arrays.copyOfRange(first, 5, 17)).isNotEqualTo(Arrays.copyOfRange(second, 5, 17));
        assertThat(Arrays.copyOfRange(first, 17, 60)).isNotEqualTo(Arrays.copyOfRange(second, 17, 60));
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        return List.of(boxed);
    }

    @Test
    void the_file_is_its_owners_alone() throws Exception {
        vault.write(content);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(vault::read).isInstanceOf(TrustException.class).hasMessageContaining("chmod 600 " + file);
    }

    @Test
    void a_write_leaves_nothing_beside_the_file() throws Exception {
        vault.write(content);
        vault.write(content);

        assertThat(Files.list(folder)).containsExactlyInAnyOrder(file, folder.resolve("ca"));
    }

    /** The name of the new file beside it would be longer than the 255 bytes of a name, so that even root can't write it. */
    private KeyVault unwritable(WrappingKey wrapping) throws Exception {
        new KeyVault(file, wrapping).write(content);
        return new KeyVault(Files.move(file, folder.resolve("i".repeat(250))), wrapping);
    }

    @Test
    void a_write_that_fails_leaves_what_was_there() throws Exception {
        KeyVault unwritable = unwritable(wrapping());

        assertThatThrownBy(() -> unwritable.write(new KeyVault.Content(CertificateRequest.newKey().getPrivate(),
                List.of(), List.of()))).isInstanceOf(TrustException.class).hasMessageContaining("it is as it was");

        assertThat(unwritable.read()).contains(content);
    }

    @Test
    void another_wrapping_key_opens_nothing_and_says_where_it_came_from() {
        vault.write(content);

        assertThatThrownBy(() -> new KeyVault(file, wrapping()).read()).isInstanceOf(TrustException.class)
                .hasMessageContaining("wrapping key from environment").hasMessageContaining("join again");
    }

    @Test
    void a_file_cut_at_any_place_or_of_a_later_version_is_refused() throws Exception {
        vault.write(content);
        byte[] whole = Files.readAllBytes(file);

        for (int length : new int[]{0, 1, 4, 5, 17, 32, 33, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(vault::read).as("cut at " + length).isInstanceOf(TrustException.class)
                    .hasMessageContaining(file.toString());
        }
        whole[4] = 2;
        Files.write(file, whole);
        assertThatThrownBy(vault::read).isInstanceOf(TrustException.class).hasMessageContaining("has the version 2");
        Files.write(file, new byte[KeyVault.MOST_BYTES + 1]);
        assertThatThrownBy(vault::read).isInstanceOf(TrustException.class).hasMessageContaining("more than");
    }

    @Test
    void after_rewrapping_only_the_new_key_opens_it() {
        WrappingKey before = wrapping();
        WrappingKey after = wrapping();
        KeyVault rewrapped = new KeyVault(file, before);
        rewrapped.write(content);

        rewrapped.rewrap(after);

        assertThat(rewrapped.read()).contains(content);
        assertThat(new KeyVault(file, after).read()).contains(content);
        assertThatThrownBy(() -> new KeyVault(file, before).read()).isInstanceOf(TrustException.class);
    }

    @Test
    void rewrapping_that_fails_leaves_the_old_key_in_force() throws Exception {
        KeyVault unwritable = unwritable(wrapping());

        assertThatThrownBy(() -> unwritable.rewrap(wrapping())).isInstanceOf(TrustException.class);

        assertThat(unwritable.read()).contains(content);
    }

    @Test
    void key_and_certificate_must_belong_together_and_be_of_the_curve() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();

        assertThatThrownBy(() -> new KeyVault.Content(CertificateRequest.newKey().getPrivate(), content.chain(),
                content.trusted())).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> vault.write(new KeyVault.Content(rsa.getPrivate(), List.of(), List.of())))
                .isInstanceOf(TrustException.class);
        assertThat(file).doesNotExist();
    }
}
