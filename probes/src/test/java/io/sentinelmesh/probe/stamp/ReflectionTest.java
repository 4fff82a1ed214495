package io.sentinelmesh.probe.stamp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ReflectionTest {

    private static final SharedKey KEY = new SharedKey("a key that both ends know".getBytes(StandardCharsets.UTF_8));
    private static final long RECEIVED = nanos("2026-01-02T03:04:05.5Z");
    private static final long DEPARTED = nanos("2026-01-02T03:04:05.75Z");
    private static final long PREVIOUS = nanos("2026-01-02T03:04:05.25Z");
    private static final int EF_AND_ECN_1 = 46 << 2 | 1;

    private final Reflection open = new Reflection(Optional.empty());
    private final Reflection keyed = new Reflection(Optional.of(new PacketAuthenticator(KEY)));

    private static long nanos(String time) {
        Instant instant = Instant.parse(time);
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static byte[] reflect(Reflection reflection, byte[] request, long previousDeparture) {
        byte[] packet = Arrays.copyOf(request, Math.max(request.length, reflection.mode().length()));
        reflection.answer(packet, request.length, 2, RECEIVED, 61, EF_AND_ECN_1, previousDeparture);
        reflection.depart(packet, DEPARTED);
        return Arrays.copyOf(packet, request.length);
    }

    @Test
    void what_is_the_senders_is_copied_to_its_place_in_the_answer() {
        byte[] answer = reflect(open, HexFile.read("unauthenticated-request"), Reflection.NO_TIMESTAMP);

        assertThat(answer).containsExactly(HexFile.read("unauthenticated-answer"));
    }

    @Test
    void extensions_are_answered_in_their_places_and_unknown_ones_marked() {
        byte[] answer = reflect(open, HexFile.read("extensions-request"), PREVIOUS);

        assertThat(answer).containsExactly(HexFile.read("extensions-answer"));
        assertThat(open.trafficClass()).isEqualTo(10 << 2);
        assertThat(open.wantsFollowUp()).isTrue();
    }

    @Test
    void an_authenticated_answer_is_signed_as_another_program_signs_it() {
        byte[] request = HexFile.read("authenticated-request");

        assertThat(keyed.refusal(request, request.length, RECEIVED)).isEmpty();
        assertThat(reflect(keyed, request, Reflection.NO_TIMESTAMP))
                .containsExactly(HexFile.read("authenticated-answer"));
    }

    @Test
    void one_changed_bit_makes_an_authenticated_packet_a_strangers() {
        for (int at = 0; at < StampMode.AUTHENTICATED.length(); at++) {
            byte[] request = HexFile.read("authenticated-request");
            request[at] ^= 0x10;

            assertThat(keyed.refusal(request, request.length, RECEIVED)).as("byte " + at)
                    .contains(NotReflected.NOT_AUTHENTIC);
        }
    }

    @Test
    void extensions_under_a_wrong_hmac_are_sent_back_marked_and_not_obeyed() {
        byte[] request = HexFile.read("authenticated-request");
        int classOfService = StampMode.AUTHENTICATED.length();
        request[classOfService + Tlv.HEADER] ^= 0x40;

        byte[] answer = reflect(keyed, request, Reflection.NO_TIMESTAMP);

        assertThat(answer[classOfService] & 0xff).isEqualTo(Tlv.INTEGRITY_FAILED);
        assertThat(answer[Tlv.next(answer, classOfService)] & 0xff).isEqualTo(Tlv.INTEGRITY_FAILED);
        assertThat(keyed.trafficClass()).isEqualTo(46 << 2);
    }

    @Test
    void a_twamp_light_request_is_answered_in_its_own_41_bytes() {
        byte[] request = HexFile.read("twamp-light-request");

        assertThat(open.refusal(request, request.length, RECEIVED)).isEmpty();
        byte[] answer = reflect(open, request, Reflection.NO_TIMESTAMP);
        assertThat(answer).hasSize(41);
        assertThat(PacketBytes.getInt(answer, StampMode.UNAUTHENTICATED.senderSequence())).isEqualTo(7);
        assertThat(answer[40]).isEqualTo((byte) 61);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 14, 40})
    void what_is_too_short_for_its_answer_gets_none(int length) {
        assertThat(open.refusal(new byte[StampMode.UNAUTHENTICATED.length()], length, RECEIVED))
                .contains(NotReflected.TOO_SHORT);
        assertThat(keyed.refusal(new byte[StampMode.AUTHENTICATED.length()], 111, RECEIVED))
                .contains(NotReflected.TOO_SHORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unauthenticated-answer", "extensions-answer"})
    void an_answer_that_comes_in_as_a_request_is_not_answered(String name) {
        byte[] answer = HexFile.read(name);

        assertThat(open.refusal(answer, answer.length, DEPARTED)).contains(NotReflected.LOOKS_REFLECTED);
    }

    @Test
    void zeros_are_a_request_in_every_era_of_ntp() {
        byte[] request = HexFile.read("unauthenticated-request");

        assertThat(open.refusal(request, request.length, nanos("2036-02-07T06:28:16Z"))).isEmpty();
        assertThat(open.refusal(HexFile.read("ptp-request"), 44, RECEIVED)).isEmpty();
    }

    @Test
    void a_malformed_extension_is_marked_and_what_follows_it_left_alone() {
        byte[] request = Arrays.copyOf(HexFile.read("unauthenticated-request"), 44 + 20);
        Tlv.header(request, 44, Tlv.UNRECOGNIZED, Tlv.CLASS_OF_SERVICE, 8);
        Tlv.header(request, 56, Tlv.UNRECOGNIZED, 99, 4);
        byte[] rest = Arrays.copyOfRange(request, 45, request.length);

        byte[] answer = reflect(open, request, Reflection.NO_TIMESTAMP);

        assertThat(answer[44] & 0xff).isEqualTo(Tlv.MALFORMED);
        assertThat(Arrays.copyOfRange(answer, 45, answer.length)).containsExactly(rest);
    }

    @Property
    void whatever_comes_in_is_answered_with_nothing_longer_and_no_failure(@ForAll @Size(max = 300) byte[] request,
            @ForAll boolean authenticated, @ForAll int sequence, @ForAll @IntRange(max = 255) int octet) {
        Reflection reflection = authenticated ? keyed : open;
        byte[] packet = Arrays.copyOf(request, 512);
        Arrays.fill(packet, request.length, packet.length, (byte) 0x5a);

        if (reflection.refusal(packet, request.length, RECEIVED).isEmpty() || authenticated) {
            if (request.length < reflection.mode().leastReply()) {
                return;
            }
            reflection.answer(packet, request.length, sequence, RECEIVED, octet, octet, PREVIOUS);
            reflection.depart(packet, DEPARTED);

            // Nothing beyond the request was touched but the place of the last fields of a TWAMP request's answer.
            int end = Math.max(request.length, reflection.mode().length());
            for (int at = end; at < packet.length; at++) {
                assertThat(packet[at]).isEqualTo((byte) 0x5a);
            }
            assertThat(PacketBytes.getInt(packet, StampMode.SEQUENCE)).isEqualTo(sequence);
            assertThat(reflection.trafficClass() & 3).isZero();
        }
    }

    @Property
    void any_row_of_extensions_is_walked_to_its_end(@ForAll @Size(max = 40) byte[] seeds) {
        // Well-formed ones of any type, so that the walk gets further than with random bytes.
        byte[] packet = new byte[44 + 12 * seeds.length];
        for (int i = 0; i < seeds.length; i++) {
            Tlv.header(packet, 44 + 12 * i, Tlv.UNRECOGNIZED, seeds[i] & 0x0f, 8);
        }

        byte[] answer = reflect(open, packet, PREVIOUS);

        for (int i = 0; i < seeds.length; i++) {
            int type = seeds[i] & 0x0f;
            int flags = answer[44 + 12 * i] & 0xff;
            if (type == Tlv.CLASS_OF_SERVICE || type == Tlv.FOLLOW_UP || type == Tlv.HMAC) {
                assertThat(flags).isEqualTo(Tlv.MALFORMED);
                return;
            }
            assertThat(flags).isEqualTo(type == Tlv.EXTRA_PADDING ? 0 : Tlv.UNRECOGNIZED);
        }
    }

    @Property
    void an_answer_reader_takes_any_bytes(@ForAll @Size(max = 300) byte[] received, @ForAll boolean authenticated) {
        AnswerReader reader = new AnswerReader(
                authenticated ? Optional.of(new PacketAuthenticator(KEY)) : Optional.empty());
        byte[] packet = Arrays.copyOf(received, 512);

        if (reader.isLongEnough(received.length)) {
            reader.isAuthentic(packet);
            reader.read(packet, received.length);
            assertThat(reader.dscpAtReflector()).isBetween(-1, 63);
            assertThat(reader.hopLimit()).isBetween(-1, 255);
        }
    }
}
