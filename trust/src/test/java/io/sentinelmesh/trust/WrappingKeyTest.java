package io.sentinelmesh.trust;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WrappingKeyTest {

    private static final String TEXT = Base64.getEncoder()
            .encodeToString("0123456789abcdef0123456789ABCDEF".getBytes());

    @TempDir
    private Path folder;
    private Path file;
    private Path data;
    private Path credentials;

    @BeforeEach
    void places() throws Exception {
        file = folder.resolve("config/wrapping-key");
        data = Files.createDirectory(folder.resolve("data"));
        credentials = Files.createDirectory(folder.resolve("credentials"));
    }

    private WrappingKey find(Map<String, String> environment) {
        return WrappingKey.find(environment, file, data);
    }

    @Test
    void the_file_is_made_at_the_first_use_for_its_owner_alone_and_found_ever_after() throws Exception {
        WrappingKey made = find(Map.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(made.source()).isEqualTo(file.toString());
        assertThat(made.bytes()).hasSize(32).isEqualTo(find(Map.of()).bytes())
                .isEqualTo(Base64.getDecoder().decode(Files.readString(file).strip()));
        assertThat(Files.list(file.getParent())).containsExactly(file);
    }

    @Test
    void of_many_that_make_the_file_at_once_all_get_the_same_key() throws Exception {
        Set<String> keys = ConcurrentHashMap.newKeySet();

        List<Thread> makers = IntStream.range(0, 8).mapToObj(_ -> Thread.ofPlatform()
                .start(() -> keys.add(Base64.getEncoder().encodeToString(find(Map.of()).bytes())))).toList();
        for (Thread maker : makers) {
            maker.join();
        }

        assertThat(keys).hasSize(1);
        assertThat(Files.list(file.getParent())).containsExactly(file);
        assertThat(Base64.getEncoder().encodeToString(find(Map.of()).bytes())).isIn(keys);
    }

    @Test
    void a_systemd_credential_comes_before_the_variable_and_that_before_the_file() throws Exception {
        Map<String, String> both = Map.of("CREDENTIALS_DIRECTORY", credentials.toString(), WrappingKey.VARIABLE, TEXT);
        assertThat(find(both).source()).isEqualTo("environment");
        assertThat(find(both).bytes()).isEqualTo("0123456789abcdef0123456789ABCDEF".getBytes());
        assertThat(file).doesNotExist();

        Path credential = Files.writeString(credentials.resolve("sentinel-agent-key"), TEXT + "\n");
        Files.setPosixFilePermissions(credential, PosixFilePermissions.fromString("r--r-----"));

        assertThat(find(both).source()).isEqualTo("systemd credential");
    }

    @Test
    void what_is_no_key_is_refused_and_nothing_else_taken_instead() throws Exception {
        for (String garbled : List.of("", "short", TEXT + TEXT, "*".repeat(44), "é")) {
            assertThatThrownBy(() -> find(Map.of(WrappingKey.VARIABLE, garbled))).isInstanceOf(TrustException.class)
                    .hasMessageContaining("the variable SENTINEL_AGENT_WRAPPING_KEY")
                    .hasMessageContaining("head -c 32 /dev/urandom | base64");
        }
        assertThat(file).doesNotExist();
        find(Map.of());
        Files.writeString(file, "torn");
        assertThatThrownBy(() -> find(Map.of())).isInstanceOf(TrustException.class)
                .hasMessageContaining(file.toString());
        Files.writeString(file, "x".repeat(300));
        assertThatThrownBy(() -> find(Map.of())).isInstanceOf(TrustException.class);
        Files.writeString(credentials.resolve("sentinel-agent-key"), "torn");
        assertThatThrownBy(() -> find(Map.of("CREDENTIALS_DIRECTORY", credentials.toString())))
                .isInstanceOf(TrustException.class);
    }

    @Test
    void a_file_or_credential_that_others_may_read_is_refused() throws Exception {
        find(Map.of());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> find(Map.of())).isInstanceOf(TrustException.class)
                .hasMessageContaining("chmod 600 " + file);

        Path credential = Files.writeString(credentials.resolve("sentinel-agent-key"), TEXT);
        Files.setPosixFilePermissions(credential, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> find(Map.of("CREDENTIALS_DIRECTORY", credentials.toString())))
                .isInstanceOf(TrustException.class).hasMessageContaining("read by everybody");
    }

    @Test
    void a_file_inside_the_data_folder_is_refused_by_whatever_path() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);

        for (Path inside : List.of(data.resolve("key"), data.resolve("new/deep/key"),
                folder.resolve("config/../data/key"), link.resolve("key"), link.resolve("new/key"))) {
            assertThatThrownBy(() -> WrappingKey.find(Map.of(), inside, data)).as(inside.toString())
                    .isInstanceOf(TrustException.class).hasMessageContaining("outside");
            assertThat(inside).doesNotExist();
        }
        assertThatThrownBy(() -> WrappingKey.find(Map.of(), data.resolve("key"), link))
                .isInstanceOf(TrustException.class);
        assertThat(WrappingKey.find(Map.of(), folder.resolve("data-of-another"), data).bytes()).hasSize(32);
    }

    @Test
    void it_shows_itself_to_nobody() {
        assertThat(find(Map.of(WrappingKey.VARIABLE, TEXT)).toString()).isEqualTo("WrappingKey[environment]");
    }
}
