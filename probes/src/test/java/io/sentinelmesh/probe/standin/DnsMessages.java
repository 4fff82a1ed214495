package io.sentinelmesh.probe.standin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** DNS messages as bytes (RFC 1035 section 4), written here by hand so that the codec under test is not its own judge. */
public final class DnsMessages {

    public static final int A = 1;
    public static final int CNAME = 5;
    public static final int MX = 15;
    public static final int TXT = 16;
    public static final int TRUNCATED = 0x0200;
    private static final int ANSWER = 0x8180;
    private static final int HEADER = 12;
    /** The length 12 stands at, as a pointer: the question's name. */
    private static final byte[] TO_THE_QUESTION = {(byte) 0xc0, HEADER};

    private DnsMessages() {
    }

    /** The answer to a question, without records. */
    public static byte[] answer(byte[] question, int rcode, byte[]... records) {
        return flagged(question, rcode, 0, records);
    }

    /** @param flags beside those of an answer */
    public static byte[] flagged(byte[] question, int rcode, int flags, byte[]... records) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(question, 0, 2);
        short16(message, ANSWER | rcode | flags);
        short16(message, 1);
        short16(message, records.length);
        short16(message, 0);
        short16(message, 0);
        int end = HEADER;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        message.write(question, HEADER, end + 5 - HEADER);
        for (byte[] entry : records) {
            message.writeBytes(entry);
        }
        return message.toByteArray();
    }

    /** A record of the name that was asked for. */
    public static byte[] entry(int type, int ttlSeconds, byte[] data) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.writeBytes(TO_THE_QUESTION);
        short16(entry, type);
        short16(entry, 1);
        short16(entry, ttlSeconds >>> 16);
        short16(entry, ttlSeconds & 0xffff);
        short16(entry, data.length);
        entry.writeBytes(data);
        return entry.toByteArray();
    }

    public static byte[] address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        return address;
    }

    /** A label, then a pointer to the question's name. */
    public static byte[] below(int preference, String label) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        short16(data, preference);
        data.write(label.length());
        data.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        data.writeBytes(TO_THE_QUESTION);
        return data.toByteArray();
    }

    public static byte[] text(String text) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(text.length());
        data.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return data.toByteArray();
    }

    private static void short16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
