package io.sentinelmesh.probe.udp;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Bytes as users write them: text, or hexadecimal digits after 0x. */
final class Payloads {

    private static final String HEX = "0x";
    private static final int MOST_SHOWN = 32;

    private Payloads() {
    }

    static boolean isHex(String text) {
        return text.startsWith(HEX);
    }

    /** @throws IllegalArgumentException that says what is expected */
    static byte[] parse(String text) {
        if (!isHex(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return HexFormat.of().parseHex(text.substring(HEX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected text, or 0x and an even number of hexadecimal digits", e);
        }
    }

    /** The beginning, for people: as text if it is printable ASCII, else as hexadecimal digits. */
    static String show(byte[] payload) {
        int length = Math.min(payload.length, MOST_SHOWN);
        String more = payload.length > MOST_SHOWN ? "…" : "";
        for (int i = 0; i < length; i++) {
            if (payload[i] < ' ' || payload[i] > '~') {
                return HEX + HexFormat.of().formatHex(payload, 0, length).toLowerCase(Locale.ROOT) + more;
            }
        }
        return '"' + new String(payload, 0, length, StandardCharsets.US_ASCII) + '"' + more;
    }
}
