package io.sentinelmesh.probe.route;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.MessageBatch;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TracePacketTest {

    private static final int NONCE = 0xcafe_f00d;

    @ParameterizedTest
    @EnumSource
    void all_packets_of_a_flow_have_one_checksum(TracePacket packet) {
        Set<Integer> sums = new HashSet<>();
        for (int hopLimit = 1; hopLimit <= TraceRequest.MOST_HOPS; hopLimit++) {
            for (int attempt = 0; attempt < TestPacket.MOST_ATTEMPTS; attempt++) {
                MessageBatch batch = batch();
                packet.write(batch, 0, AddressFamily.IPV4, new TestPacket(hopLimit, attempt).number(), NONCE);
                sums.add(sum(batch));
            }
        }

        assertThat(sums).hasSize(1);
    }

    @Property
    void a_quote_names_its_packet(@ForAll TracePacket packet,
            @ForAll @IntRange(min = 1, max = TraceRequest.MOST_HOPS) int hopLimit,
            @ForAll @IntRange(max = TestPacket.MOST_ATTEMPTS - 1) int attempt,
            @ForAll @IntRange(min = 8, max = TracePacket.LEAST_LENGTH) int quoted) {
        MessageBatch batch = batch();
        TestPacket sent = new TestPacket(hopLimit, attempt);
        packet.write(batch, 0, AddressFamily.IPV6, sent.number(), NONCE);

        assertThat(packet.quoted(batch, 0, 0, quoted, NONCE)).isEqualTo(new Quote.Of(sent));
        if (quoted >= 12) {
            assertThat(packet.quoted(batch, 0, 0, quoted, NONCE + 1)).isEqualTo(new Quote.Foreign());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_quote_that_is_too_short_names_none(TracePacket packet) {
        MessageBatch batch = batch();
        packet.write(batch, 0, AddressFamily.IPV4, new TestPacket(3, 0).number(), NONCE);

        assertThat(packet.quoted(batch, 0, 0, 0, NONCE)).isEqualTo(new Quote.TooShort());
        assertThat(packet.quoted(batch, 0, 0, 3, NONCE)).isEqualTo(new Quote.TooShort());
    }

    /** RFC 8762: the sender's sequence number and timestamp come back behind the reflector's own. */
    @Test
    void the_answer_of_a_stamp_reflector_names_its_packet() {
        MessageBatch batch = batch();
        batch.putInt(0, 24, new TestPacket(7, 2).number());
        batch.putInt(0, 28, NONCE);

        assertThat(TracePacket.UDP.answered(batch, 0, TracePacket.LEAST_LENGTH, NONCE))
                .isEqualTo(new Quote.Of(new TestPacket(7, 2)));
    }

    @Test
    void what_a_service_of_its_own_mind_sends_answers_one_of_our_packets() {
        MessageBatch batch = batch();
        batch.putInt(0, 0, new TestPacket(7, 2).number());

        assertThat(TracePacket.UDP.answered(batch, 0, 5, NONCE)).isEqualTo(new Quote.TooShort());
        assertThat(TracePacket.UDP.answered(batch, 0, 30, NONCE)).isEqualTo(new Quote.TooShort());
    }

    @Test
    void the_echo_reply_to_another_is_foreign() {
        MessageBatch batch = batch();
        TracePacket.ICMP.write(batch, 0, AddressFamily.IPV4, new TestPacket(3, 0).number(), NONCE);
        batch.putByte(0, 0, 0);

        assertThat(TracePacket.ICMP.answered(batch, 0, TracePacket.LEAST_LENGTH, NONCE))
                .isEqualTo(new Quote.Of(new TestPacket(3, 0)));
        assertThat(TracePacket.ICMP.answered(batch, 0, TracePacket.LEAST_LENGTH, NONCE + 1))
                .isEqualTo(new Quote.Foreign());
    }

    @ParameterizedTest
    @EnumSource
    void a_quoted_number_that_no_packet_has_is_foreign(TracePacket packet) {
        MessageBatch batch = batch();
        packet.write(batch, 0, AddressFamily.IPV4, 0xffff, NONCE);

        assertThat(packet.quoted(batch, 0, 0, TracePacket.LEAST_LENGTH, NONCE)).isEqualTo(new Quote.Foreign());
    }

    @Property
    void any_answer_is_read_without_an_exception(@ForAll TracePacket packet,
            @ForAll @Size(max = TracePacket.LEAST_LENGTH) byte[] bytes) {
        MessageBatch batch = batch();
        batch.putBytes(0, 0, bytes);

        assertThat(packet.answered(batch, 0, bytes.length, NONCE)).isNotNull();
        assertThat(packet.quoted(batch, 0, 0, bytes.length, NONCE)).isNotNull();
    }

    private static MessageBatch batch() {
        return new MessageBatch(1, TracePacket.LEAST_LENGTH, 0);
    }

    /** Ones' complement, in which 0 and 0xffff are the same. */
    private static int sum(MessageBatch batch) {
        int sum = 0;
        for (int at = 0; at < TracePacket.LEAST_LENGTH; at += 2) {
            sum += batch.unsignedShort(0, at);
        }
        return sum % 0xffff;
    }
}
