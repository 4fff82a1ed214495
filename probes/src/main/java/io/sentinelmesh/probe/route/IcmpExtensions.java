package io.sentinelmesh.probe.route;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads what an ICMP error carries behind the quoted packet (RFC 4884): a header with a version and a checksum, then objects with a length, a class
 * and a type. Only MPLS label stacks (RFC 4950) are understood; other objects are passed over. Anything malformed is no extension: a router's
 * bytes are never an exception. Pure; any thread.
 */
final class IcmpExtensions {

    /** Labels of one answer that are kept; more are not told. */
    static final int MOST_LABELS = 16;
    /** Where the extensions of routers older than RFC 4884 begin, counted from the quoted IP header (section 5.5). */
    static final int OLD_QUOTE_LENGTH = 128;

    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int OBJECT_HEADER = 4;
    private static final int LABEL_STACK_CLASS = 1;
    private static final int INCOMING_STACK = 1;
    private static final int ENTRY = 4;

    private IcmpExtensions() {
    }

    /** The label stack in the structure that fills {@code bytes}; empty if there is none. */
    static List<MplsLabel> labels(byte[] bytes) {
        return isStructure(bytes) ? readObjects(bytes) : List.of();
    }

    /** The same where nothing says that there is a structure at all, so that its checksum must. */
    static List<MplsLabel> labelsIfProven(byte[] bytes) {
        boolean proven = bytes.length >= HEADER && unsignedShort(bytes, 2) != 0;
        return proven ? labels(bytes) : List.of();
    }

    private static boolean isStructure(byte[] bytes) {
        if (bytes.length < HEADER || (bytes[0] & 0xff) >>> 4 != VERSION) {
            return false;
        }
        // Zero: the router made no checksum.
        return unsignedShort(bytes, 2) == 0 || isSumRight(bytes);
    }

    /** The ones' complement sum over a structure with a right checksum has all bits set (RFC 1071). */
    private static boolean isSumRight(byte[] bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum == 0xffff;
    }

    private static List<MplsLabel> readObjects(byte[] bytes) {
        List<MplsLabel> labels = new ArrayList<>();
        int at = HEADER;
        while (at + OBJECT_HEADER <= bytes.length) {
            int length = unsignedShort(bytes, at);
            if (length < OBJECT_HEADER || at + length > bytes.length) {
                break;
            }
            if (bytes[at + 2] == LABEL_STACK_CLASS && bytes[at + 3] == INCOMING_STACK) {
                readStack(bytes, at + OBJECT_HEADER, at + length, labels);
            }
            at += length;
        }
        return List.copyOf(labels);
    }

    private static void readStack(byte[] bytes, int from, int to, List<MplsLabel> labels) {
        for (int at = from; at + ENTRY <= to && labels.size() < MOST_LABELS; at += ENTRY) {
            labels.add(MplsLabel.ofEntry(unsignedShort(bytes, at) << 16 | unsignedShort(bytes, at + 2)));
        }
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
