package io.sentinelmesh.probe.icmp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.MessageBatch;

import static org.assertj.core.api.Assertions.assertThat;

class EchoPacketTest {

    private static final int LENGTH = 64;

    private final MessageBatch batch = new MessageBatch(2, LENGTH, 0);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xfffe, 0xffff, 0x1_0000, 0xffff_ffffL, 0x7fff_ffff_ffff_ffffL, 123_456_789_012L})
    void the_checksum_makes_the_whole_packet_sum_up_to_all_ones(long sequence) {
        EchoPacket.prepare(batch, AddressFamily.IPV4, 0xabcd, 0xfedc_ba98_7654_3210L, LENGTH);
        int constantSum = EchoPacket.constantSum(batch, LENGTH);

        batch.putShort(0, EchoPacket.SEQUENCE_16, (int) sequence);
        batch.putLong(0, EchoPacket.SEQUENCE, sequence);
        batch.putShort(0, EchoPacket.CHECKSUM, EchoPacket.checksum(constantSum, sequence));

        assertThat(onesComplementSum()).isEqualTo(0xffff);
    }

    @Test
    void the_header_carries_the_low_sixteen_bits_of_the_sequence_number() {
        batch.putShort(0, EchoPacket.SEQUENCE_16, (int) 0x1_2345L);

        assertThat(batch.unsignedShort(0, EchoPacket.SEQUENCE_16)).isEqualTo(0x2345);
        assertThat(batch.unsignedByte(0, EchoPacket.SEQUENCE_16)).as("network byte order").isEqualTo(0x23);
    }

    private int onesComplementSum() {
        int sum = 0;
        for (int at = 0; at < LENGTH; at += 2) {
            sum += batch.unsignedShort(0, at);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}
