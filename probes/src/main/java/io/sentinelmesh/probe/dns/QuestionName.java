package io.sentinelmesh.probe.dns;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;

import io.sentinelmesh.probe.kind.BadRequestException;

/** From what a user writes to the name that is asked for. */
final class QuestionName {

    /** As text with the dot at its end; RFC 1035 section 2.3.4 allows 255 bytes on the wire, where it is one longer. */
    private static final int MOST_CHARACTERS = 254;
    private static final int MOST_LABEL = 63;
    private static final int BYTE = 0xff;
    private static final int NIBBLE = 0xf;

    private QuestionName() {
    }

    /**
     * @param reverse whether an address is to be turned into the name that stands for it
     * @return absolute
     * @throws BadRequestException if it can't be asked for
     */
    static String of(String text, boolean reverse) {
        if (reverse) {
            try {
                return reverse(InetAddress.ofLiteral(text));
            } catch (IllegalArgumentException e) {
                // A name, then.
            }
        }
        String ascii;
        try {
            ascii = IDN.toASCII(text.strip());
        } catch (IllegalArgumentException e) {
            throw refused(text, e);
        }
        String absolute = ascii.endsWith(".") ? ascii : ascii + ".";
        if (absolute.length() > MOST_CHARACTERS || !isName(absolute)) {
            throw refused(text, new IllegalArgumentException(absolute));
        }
        return absolute;
    }

    private static boolean isName(String absolute) {
        if (absolute.equals(".")) {
            return true;
        }
        for (String label : absolute.substring(0, absolute.length() - 1).split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MOST_LABEL || !label.matches("[!-~]+")) {
                return false;
            }
        }
        return true;
    }

    private static BadRequestException refused(String text, IllegalArgumentException cause) {
        return new BadRequestException("name: '" + text + "' is not a name that can be asked for: "
                + "parts of 1 to 63 characters, separated by dots, 253 in all", cause);
    }

    private static String reverse(InetAddress address) {
        byte[] bytes = address.getAddress();
        StringBuilder name = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (address instanceof Inet6Address) {
                name.append(Integer.toHexString(bytes[i] & NIBBLE)).append('.')
                        .append(Integer.toHexString(bytes[i] >> 4 & NIBBLE)).append('.');
            } else {
                name.append(bytes[i] & BYTE).append('.');
            }
        }
        return name.append(address instanceof Inet6Address ? "ip6.arpa." : "in-addr.arpa.").toString();
    }
}
