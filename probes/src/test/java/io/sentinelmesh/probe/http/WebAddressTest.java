package io.sentinelmesh.probe.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.probe.kind.BadRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WebAddressTest {

    @Test
    void a_url_is_taken_apart() {
        assertThat(WebAddress.parse("HTTPS://Web.Example.org/a%20b?c=d#e"))
                .isEqualTo(new WebAddress("https", "web.example.org", 443, "/a%20b?c=d"));
        assertThat(WebAddress.parse("http://[2001:db8::1]:8080"))
                .isEqualTo(new WebAddress("http", "2001:db8::1", 8_080, "/"));
        assertThat(WebAddress.parse("http://bücher.example/").host()).isEqualTo("xn--bcher-kva.example");
    }

    @Test
    void the_authority_names_a_port_only_if_it_must() {
        assertThat(WebAddress.parse("http://web.example.org:80/").authority()).isEqualTo("web.example.org");
        assertThat(WebAddress.parse("http://[2001:db8::1]:81/").authority()).isEqualTo("[2001:db8::1]:81");
    }

    @Test
    void a_redirect_is_followed_from_where_one_is() {
        WebAddress here = WebAddress.parse("http://web.example.org/a/b?c");

        assertThat(here.follow("d").orElseThrow()).hasToString("http://web.example.org/a/d");
        assertThat(here.follow("//other.example.org/").orElseThrow()).hasToString("http://other.example.org/");
        assertThat(here.follow("https://other.example.org").orElseThrow()).hasToString("https://other.example.org/");
        assertThat(here.follow("ftp://other.example.org/")).isEmpty();
        assertThat(here.follow("http://")).isEmpty();
        assertThat(here.follow("a b")).isEmpty();
        assertThat(here.follow("https://" + "a".repeat(64) + ".example.org/")).isEmpty();
        assertThat(here.follow("https://other.example.org./").orElseThrow())
                .hasToString("https://other.example.org/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "ftp://example.org/", "http://", "http://a b/",
            "http://me:secret@example.org/",
            "http://example.org:0/", "http://example.org:65536/", "http:///path", "http://[::1/", "https:example.org",
            "https://under_score.example.org/", "https://./", "https://a../"})
    void what_is_no_url_is_refused_in_one_line_with_the_remedy(String text) {
        assertThatThrownBy(() -> WebAddress.parse(text)).isInstanceOf(BadRequestException.class).message()
                .doesNotContain("\n").contains("write http://HOST");
    }

    @Property(tries = 2_000)
    void any_text_is_a_url_or_refused(@ForAll String text) {
        takenOrRefused(text);
        takenOrRefused("http://" + text);
        WebAddress.parse("http://example.org/").follow(text);
    }

    private static void takenOrRefused(String text) {
        try {
            WebAddress taken = WebAddress.parse(text);

            assertThat(WebAddress.parse(taken.toString())).isEqualTo(taken);
        } catch (BadRequestException e) {
            assertThat(e).hasMessageContaining("write http://HOST");
        }
    }
}
