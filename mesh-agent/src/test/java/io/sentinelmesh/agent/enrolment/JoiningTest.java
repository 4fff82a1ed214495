package io.sentinelmesh.agent.enrolment;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;

import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.config.SecretFile;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.agent.link.ConnectProxy;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TrustException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Against a door on a real socket with real TLS. */
class JoiningTest {

    private final MovedClock clock = new MovedClock();

    @TempDir
    private Path folder;
    private StandInDoor door;
    private Home home;

    @BeforeEach
    void open() {
        door = new StandInDoor(folder.resolve("authority"), clock);
        home = new Home(folder.resolve("agent"), clock);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void joining_goes_through_the_proxy_that_is_named_with_what_it_asks_for() throws Exception {
        Path secret = Files.writeString(folder.resolve("proxy-secret"), "otto:geh:eim\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (ConnectProxy box = new ConnectProxy("Basic b3R0bzpnZWg6ZWlt")) {
            home.behind(new ProxySettings.Http("127.0.0.1", box.port(),
                    Optional.of(new SecretFile(secret, "proxy's credentials file"))));

            home.join(door.uri(), door.token);

            assertThat(home.identity().validity().contains(clock.instant())).isTrue();
            assertThat(box.requests()).isNotEmpty();
        }
    }

    @Test
    void joining_gives_the_agent_a_certificate_of_its_own() throws Exception {
        Joining.Outcome outcome = home.join(door.uri(), door.token);

        AgentIdentity identity = home.identity();
        assertThat(outcome.asked()).isTrue();
        assertThat(outcome.site()).isEqualTo("north");
        assertThat(identity.id()).isEqualTo(outcome.id());
        assertThat(identity.validity().contains(clock.instant())).isTrue();
        assertThat(identity.trusts(door.token.caFingerprint())).isTrue();
        assertThat(Files.readString(home.data.resolve("joined.json"))).contains("north", "https://127.0.0.1:", "7421");
    }

    @Test
    void neither_key_nor_token_is_left_where_it_can_be_read() throws Exception {
        home.join(door.uri(), door.token);

        byte[] key = home.identity().key().getPrivate().getEncoded();
        try (Stream<Path> files = Files.walk(folder.resolve("agent")).filter(Files::isRegularFile)) {
            assertThat(files.toList()).hasSizeGreaterThan(3).allSatisfy(file -> {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(bytes).doesNotContain(new String(key, StandardCharsets.ISO_8859_1), door.token.secret());
            });
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.data.resolve("identity"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.wrappingKey)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_stolen_data_folder_is_of_no_use_without_the_wrapping_key() throws Exception {
        home.join(door.uri(), door.token);
        Files.delete(home.wrappingKey);

        assertThatThrownBy(home::identity).isInstanceOf(TrustException.class)
                .hasMessageContaining(home.wrappingKey.toString());
    }

    @Test
    void joining_again_keeps_the_identity_and_needs_no_token_while_the_certificate_is_good() throws Exception {
        NodeId first = home.join(door.uri(), door.token).id();

        Joining.Outcome again = home.join(door.uri());

        assertThat(again.asked()).isFalse();
        assertThat(again.id()).isEqualTo(first);
        assertThat(door.requests).hasSize(1);
    }

    @Test
    void a_token_is_not_spent_while_the_certificate_is_good() throws Exception {
        home.join(door.uri(), door.token);

        assertThat(home.join(door.uri(), door.token).asked()).isFalse();
        clock.move(Duration.ofDays(8));
        door.renewItself();
        assertThat(home.join(door.uri(), door.token).asked()).isTrue();
    }

    @Test
    void joining_anew_keeps_id_and_key() throws Exception {
        NodeId first = home.join(door.uri(), door.token).id();
        AgentIdentity before = home.identity();

        home.join(door.uri(), true, door.token);

        assertThat(home.identity().id()).isEqualTo(first);
        assertThat(home.identity().key().getPublic()).isEqualTo(before.key().getPublic());
        assertThat(home.identity().certificate()).isNotEqualTo(before.certificate());
    }

    @Test
    void another_mesh_gets_the_agent_with_the_id_it_has_had() throws Exception {
        NodeId first = home.join(door.uri(), door.token).id();

        try (StandInDoor other = new StandInDoor(folder.resolve("other"), clock)) {
            home.join(other.uri(), other.token);

            assertThat(home.identity().id()).isEqualTo(first);
            assertThat(home.identity().trusts(other.token.caFingerprint())).isTrue();
        }
    }

    @Test
    void an_id_from_before_certificates_is_kept() throws Exception {
        NodeId before;
        try (DataFolder data = DataFolder.open(home.data)) {
            before = data.identity();
        }

        assertThat(home.join(door.uri(), door.token).id()).isEqualTo(before);
    }

    @Test
    void without_a_token_there_is_no_first_joining() {
        assertThatThrownBy(() -> home.join(door.uri())).isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("--token-file", "sentinel token create");
    }

    @Test
    void the_token_is_not_said_to_one_who_is_not_of_the_authority_it_names() {
        JoinToken ofAnother = JoinToken.random("0".repeat(64));

        assertRefused(DoorException.Kind.UNTRUSTED, () -> home.join(door.uri(), ofAnother),
                "somebody stands in between");
        assertThat(door.requests).isEmpty();
    }

    @Test
    void the_token_is_not_said_to_one_whose_certificate_is_for_another_host() {
        try (StandInDoor elsewhere = new StandInDoor(folder.resolve("elsewhere"), clock, "mesh.example")) {
            assertRefused(DoorException.Kind.UNTRUSTED, () -> home.join(elsewhere.uri(), elsewhere.token), "127.0.0.1");
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    void a_clock_that_is_behind_is_told_with_both_times() {
        clock.move(Duration.ofDays(-10));
        String here = clock.instant().toString().substring(0, 10);
        String there = clock.instant().plus(Duration.ofDays(10)).toString().substring(0, 7);

        assertRefused(DoorException.Kind.CLOCK, () -> home.join(door.uri(), door.token), "clock", here, there);
    }

    @Test
    void nobody_at_the_door_is_told_with_the_address_and_after_a_few_attempts() {
        door.goAway();

        assertRefused(DoorException.Kind.AWAY, () -> home.join(door.uri(), door.token),
                "nobody listens at https://127.0.0.1:" + door.uri().getPort());
        assertThat(home.pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void an_aggregator_that_is_busy_is_asked_again_after_the_time_it_says() throws Exception {
        door.troubles.add(new StandInDoor.Trouble(503, "unavailable", "the database is away", Optional.of("7")));

        assertThat(home.join(door.uri(), door.token).asked()).isTrue();
        assertThat(home.pauses).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void a_lost_answer_is_asked_for_again_with_the_same_key() throws Exception {
        door.troubles.addAll(List.of(StandInDoor.Trouble.lostAnswer(), StandInDoor.Trouble.lostAnswer(),
                StandInDoor.Trouble.lostAnswer(), StandInDoor.Trouble.lostAnswer(), StandInDoor.Trouble.lostAnswer(),
                StandInDoor.Trouble.lostAnswer()));
        assertRefused(DoorException.Kind.AWAY, () -> home.join(door.uri(), door.token), "broke off");
        door.troubles.clear();

        home.join(door.uri(), door.token);

        assertThat(door.requests).hasSizeGreaterThan(3);
        assertThat(door.requests.stream().map(JoiningTest::key).distinct()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | token-unknown
            403 | token-expired
            403 | site-mismatch
            409 | identity-taken
            409 | name-taken
            403 | agent-revoked
            400 | bad-request-certificate
            418 | of-a-later-version
            """)
    void each_refusal_is_told_in_the_aggregators_words_and_not_tried_again(int status, String code) {
        door.troubles.add(StandInDoor.Trouble.refusal(status, code));

        assertRefused(DoorException.Kind.REFUSED, () -> home.join(door.uri(), door.token), code,
                "these are the aggregator's words");
        assertThat(door.requests).hasSize(1);
        assertThat(home.data.resolve("joined.json")).doesNotExist();
    }

    @Test
    void one_that_was_shut_out_comes_back_with_another_key() throws Exception {
        NodeId first = home.join(door.uri(), door.token).id();
        PublicKey before = home.identity().key().getPublic();
        door.troubles.add(StandInDoor.Trouble.refusal(403, "agent-revoked"));

        assertThat(home.join(door.uri(), true, door.token).id()).isEqualTo(first);

        assertThat(home.identity().key().getPublic()).isNotEqualTo(before);
    }

    @Test
    void one_that_stays_shut_out_keeps_what_it_has() throws Exception {
        home.join(door.uri(), door.token);
        PublicKey before = home.identity().key().getPublic();
        door.troubles.addAll(List.of(StandInDoor.Trouble.refusal(403, "agent-revoked"),
                StandInDoor.Trouble.refusal(409, "identity-taken")));

        assertRefused(DoorException.Kind.REFUSED, () -> home.join(door.uri(), true, door.token), "identity-taken");
        assertThat(home.identity().key().getPublic()).isEqualTo(before);
    }

    @Test
    void what_answers_otherwise_is_told_to_be_no_door() {
        door.troubles.add(new StandInDoor.Trouble(404, "", "", Optional.empty()));

        assertThatThrownBy(() -> home.join(door.uri(), door.token)).isInstanceOf(DoorException.class);
    }

    private static PublicKey key(JsonNode request) {
        return CertificateRequest.verified(Base64.getDecoder().decode(request.path("request").asText()));
    }

    private void assertRefused(DoorException.Kind kind, ThrowingCallable joining, String... parts) {
        DoorException refusal = catchThrowableOfType(DoorException.class, joining);

        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        assertThat(refusal).hasMessageContainingAll(parts);
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause)).doesNotContain(door.token.secret());
        }
    }
}
