package io.sentinelmesh.probe.dns;

import org.junit.jupiter.api.Test;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.sentinelmesh.probe.kind.BadRequestException;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is ours of reading and writing DNS. */
class DnsTextTest {

    @Property(tries = 5_000)
    void any_data_of_any_type_is_shown(@ForAll @IntRange(min = 1, max = 40) int type,
            @ForAll @Size(max = 60) byte[] data) {
        assertThat(RecordText.of(new DefaultDnsRawRecord("a.", DnsRecordType.valueOf(type), 1,
                Unpooled.wrappedBuffer(data)))).isNotNull();
    }

    @Test
    void a_name_that_its_own_pointer_makes_too_long_is_garbled() {
        byte[] label = new byte[1 + 49];
        label[0] = 49;
        byte[] pointerToItself = {(byte) 0xc0, 0};
        assertThat(RecordText.of(new DefaultDnsRawRecord("a.", DnsRecordType.CNAME, 1,
                Unpooled.wrappedBuffer(label, pointerToItself)))).isEqualTo("\\# garbled");
    }

    @Property
    void any_text_is_a_question_or_refused(@ForAll String text, @ForAll boolean reverse) {
        try {
            assertThat(QuestionName.of(text, reverse)).endsWith(".").hasSizeLessThan(256);
        } catch (BadRequestException e) {
            assertThat(e.getMessage()).startsWith("name: ");
        }
    }

    @Test
    void an_address_is_asked_for_backwards() {
        assertThat(QuestionName.of("192.0.2.1", true)).isEqualTo("1.2.0.192.in-addr.arpa.");
        assertThat(QuestionName.of("2001:db8::1", true))
                .isEqualTo("1." + "0.".repeat(23) + "8.b.d.0.1.0.0.2.ip6.arpa.");
        assertThat(QuestionName.of("192.0.2.1", false)).isEqualTo("192.0.2.1.");
    }

    @Test
    void codes_have_names_where_they_have_one() {
        assertThat(DnsAnswer.rcodeText(0)).isEqualTo("NOERROR");
        assertThat(DnsAnswer.rcodeText(3)).isEqualTo("NXDOMAIN");
        assertThat(DnsAnswer.rcodeText(4_000)).isEqualTo("4000");
    }
}
