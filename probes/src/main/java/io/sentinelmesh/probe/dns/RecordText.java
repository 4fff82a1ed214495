package io.sentinelmesh.probe.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.StringJoiner;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.sentinelmesh.probe.kind.AddressText;

/**
 * The data of a record as a zone file writes it (RFC 1035 section 5.1). Names in it may point back into the message they came in, which is why
 * it has to be read before the message is released.
 */
final class RecordText {

    /** What is shown of data that can't be read. */
    private static final String GARBLED = "\\# garbled";
    private static final int SOA_NUMBERS = 5;

    private RecordText() {
    }

    static String of(DnsRecord entry) {
        if (entry instanceof DnsPtrRecord pointer) {
            return pointer.hostname();
        }
        if (!(entry instanceof DnsRawRecord raw)) {
            return entry.toString();
        }
        ByteBuf data = raw.content().duplicate();
        try {
            return switch (raw.type().name()) {
                case "A", "AAAA" -> address(data);
                case "NS", "CNAME" -> name(data);
                case "MX" -> data.readUnsignedShort() + " " + name(data);
                case "TXT" -> texts(data);
                case "SRV" -> data.readUnsignedShort() + " " + data.readUnsignedShort() + " "
                        + data.readUnsignedShort() + " " + name(data);
                case "SOA" -> soa(data);
                default -> "\\# " + data.readableBytes() + " " + HexFormat.of().formatHex(ByteBufUtil.getBytes(data));
            };
        } catch (IndexOutOfBoundsException | DecoderException | UnknownHostException e) {
            return GARBLED;
        }
    }

    private static String name(ByteBuf data) {
        return DefaultDnsRecordDecoder.decodeName(data);
    }

    private static String address(ByteBuf data) throws UnknownHostException {
        return AddressText.of(InetAddress.getByAddress(ByteBufUtil.getBytes(data)));
    }

    /** Character strings, each with its length before it. */
    private static String texts(ByteBuf data) {
        StringJoiner texts = new StringJoiner(" ");
        while (data.isReadable()) {
            String text = data.readCharSequence(data.readUnsignedByte(), StandardCharsets.UTF_8).toString();
            texts.add('"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        return texts.toString();
    }

    private static String soa(ByteBuf data) {
        StringJoiner soa = new StringJoiner(" ");
        soa.add(name(data)).add(name(data));
        for (int i = 0; i < SOA_NUMBERS; i++) {
            soa.add(Long.toString(data.readUnsignedInt()));
        }
        return soa.toString();
    }
}
