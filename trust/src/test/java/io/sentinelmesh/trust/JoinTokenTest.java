package io.sentinelmesh.trust;

import java.util.Base64;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JoinTokenTest {

    private static final String FINGERPRINT = "00ff".repeat(16);
    private static final JoinToken TOKEN = JoinToken.random(FINGERPRINT);

    @Test
    void a_token_is_read_as_it_was_written() {
        JoinToken read = JoinToken.parse("  " + TOKEN.text() + "\n");

        assertThat(read).isEqualTo(TOKEN);
        assertThat(read.caFingerprint()).isEqualTo(FINGERPRINT);
        assertThat(TOKEN.text()).matches("smj1\\.[A-Za-z0-9_-]{11}\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}");
    }

    @Test
    void each_token_is_another() {
        JoinToken other = JoinToken.random(FINGERPRINT);

        assertThat(other.id()).isNotEqualTo(TOKEN.id());
        assertThat(other.secret()).isNotEqualTo(TOKEN.secret());
        assertThat(other.secretHash()).isNotEqualTo(TOKEN.secretHash()).matches("[0-9a-f]{64}");
    }

    @Test
    void what_the_store_keeps_is_the_hash_of_the_secrets_bytes() {
        // echo -n 0123456789abcdef | sha256sum
        JoinToken token = new JoinToken(TOKEN.id(),
                Base64.getUrlEncoder().withoutPadding().encodeToString("0123456789abcdef".getBytes()), FINGERPRINT);

        assertThat(token.secretHash()).isEqualTo("9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f");
    }

    @Test
    void a_token_shows_its_secret_to_nobody() {
        assertThat(TOKEN.toString()).doesNotContain(TOKEN.secret()).contains(TOKEN.id());
    }

    @Test
    void what_is_no_token_is_refused_with_the_remedy_and_without_its_secret() {
        String text = TOKEN.text();
        String secret = TOKEN.secret();

        for (String garbled : new String[]{"", "smj1", text.substring(1), text.substring(0, text.length() - 1),
                text + "A", text.replace("smj1.", "smj2."), text.replace('.', '-'),
                text.replace(secret, secret.substring(0, 21) + "*"),
                text.replace(secret, secret.substring(0, 20) + "=="),
                // 22 characters hold 132 bits: the last four must be zero, or two texts would be one token.
                text.replace(secret, secret.substring(0, 21) + "B")}) {
            assertThatThrownBy(() -> JoinToken.parse(garbled)).as(garbled).isInstanceOf(TrustException.class)
                    .hasMessageContaining("sentinel token create")
                    .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain(secret.substring(0, 20)));
        }
    }

    @Test
    void a_token_cut_off_says_how_long_it_should_be() {
        assertThatThrownBy(() -> JoinToken.parse(TOKEN.text().substring(0, 60)))
                .hasMessageStartingWith("a join token has 83 characters, this one has 60");
    }
}
