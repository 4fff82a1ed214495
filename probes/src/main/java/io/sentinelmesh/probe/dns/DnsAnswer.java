package io.sentinelmesh.probe.dns;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;

/**
 * What a server answered.
 *
 * @param rcode as in "NOERROR", or its number
 */
record DnsAnswer(String rcode, boolean truncated, boolean authoritative, boolean recursionAvailable,
        List<Entry> entries) {

    /** More of an answer is not told. */
    static final int MOST_ENTRIES = 256;

    private static final int EXTENDED_RCODE_SHIFT = 24;
    private static final int RCODE_BITS = 4;

    DnsAnswer {
        entries = List.copyOf(entries);
    }

    /**
     * One record of the answer section.
     *
     * @param text of its data, as in a zone file
     */
    record Entry(String name, String type, long ttlSeconds, String text) {

        Map<String, Object> values() {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("name", name);
            values.put("type", type);
            values.put("ttl_s", ttlSeconds);
            values.put("data", text);
            return values;
        }
    }

    static DnsAnswer of(DnsResponse response) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Math.min(response.count(DnsSection.ANSWER), MOST_ENTRIES); i++) {
            DnsRecord entry = response.recordAt(DnsSection.ANSWER, i);
            entries.add(new Entry(entry.name(), entry.type().name(), entry.timeToLive(), RecordText.of(entry)));
        }
        return new DnsAnswer(rcode(response), response.isTruncated(), response.isAuthoritativeAnswer(),
                response.isRecursionAvailable(), entries);
    }

    /** With the upper bits that an OPT record carries in place of a time to live (RFC 6891 section 6.1.3). */
    private static String rcode(DnsResponse response) {
        int code = response.code().intValue();
        for (int i = 0; i < response.count(DnsSection.ADDITIONAL); i++) {
            DnsRecord extra = response.recordAt(DnsSection.ADDITIONAL, i);
            if (extra instanceof DnsRawRecord && extra.type().equals(DnsRecordType.OPT)) {
                code |= (int) (extra.timeToLive() >>> EXTENDED_RCODE_SHIFT & 0xff) << RCODE_BITS;
            }
        }
        return rcodeText(code);
    }

    static String rcodeText(int code) {
        String text = DnsResponseCode.valueOf(code).toString();
        int bracket = text.indexOf('(');
        String name = (bracket > 0 ? text.substring(0, bracket) : text).toUpperCase(Locale.ROOT);
        return name.equals("UNKNOWN") ? Integer.toString(code) : name;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("rcode", rcode);
        values.put("truncated", truncated);
        values.put("authoritative", authoritative);
        values.put("recursion_available", recursionAvailable);
        values.put("answers", entries.stream().map(Entry::values).toList());
        return values;
    }
}
