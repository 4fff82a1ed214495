package io.sentinelmesh.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DatabaseAddressTest {

    @Test
    void the_form_of_postgresqls_own_programs_is_understood() {
        DatabaseAddress address = DatabaseAddress
                .parse("postgresql://mesh:p%40ss+word@192.0.2.5:5433/metrics?sslmode=require");

        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://192.0.2.5:5433/metrics?sslmode=require");
        assertThat(address.user()).contains("mesh");
        assertThat(address.password()).contains("p@ss+word");
    }

    @Test
    void user_port_and_password_may_be_missing() {
        assertThat(DatabaseAddress.parse("postgres://192.0.2.5/metrics")).isEqualTo(new DatabaseAddress(
                "jdbc:postgresql://192.0.2.5/metrics", Optional.empty(), Optional.empty()));
        assertThat(DatabaseAddress.parse("postgresql://mesh@[2001:db8::5]/metrics").jdbcUrl())
                .isEqualTo("jdbc:postgresql://[2001:db8::5]/metrics");
    }

    @Test
    void the_drivers_form_is_taken_as_it_is() {
        assertThat(DatabaseAddress.parse("jdbc:postgresql://192.0.2.5/metrics?user=mesh").jdbcUrl())
                .isEqualTo("jdbc:postgresql://192.0.2.5/metrics?user=mesh");
    }

    @Test
    void anything_else_is_refused_without_telling_the_password() {
        for (String url : new String[]{"mysql://mesh:secret@192.0.2.5/metrics", "postgresql://mesh:secret@/metrics",
                "postgresql://mesh:se cret@192.0.2.5/metrics", "localhost"}) {
            assertThatThrownBy(() -> DatabaseAddress.parse(url)).as(url).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("cret");
        }
    }

    @Test
    void a_password_never_shows_in_text() {
        assertThat(DatabaseAddress.parse("postgresql://mesh:secret@192.0.2.5/metrics")).hasToString(
                "jdbc:postgresql://192.0.2.5/metrics");
        assertThat(DatabaseAddress.parse("jdbc:postgresql://192.0.2.5/metrics?password=secret")).hasToString(
                "jdbc:postgresql://192.0.2.5/metrics");
    }

    @Test
    void what_the_url_lacks_comes_from_the_environment(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from file\n");
        DatabaseAddress bare = DatabaseAddress.parse("postgresql://192.0.2.5/metrics");

        assertThat(bare.completedFrom(Map.of("SENTINEL_DB_USER", "mesh", "SENTINEL_DB_PASSWORD", "secret")))
                .isEqualTo(bare.withUser("mesh").withPassword("secret"));
        assertThat(bare.completedFrom(Map.of("SENTINEL_DB_PASSWORD_FILE", file.toString())).password())
                .contains("from file");
        assertThat(bare.withPassword("own").completedFrom(Map.of("SENTINEL_DB_PASSWORD", "secret")).password())
                .contains("own");
        assertThatThrownBy(() -> bare.completedFrom(Map.of("SENTINEL_DB_PASSWORD_FILE", folder + "/missing")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SENTINEL_DB_PASSWORD_FILE");
    }
}
