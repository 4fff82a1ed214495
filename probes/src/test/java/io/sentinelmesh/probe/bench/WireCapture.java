package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The echo requests in a capture that tcpdump wrote, each with its reply: the truth that the tools are held against. Reads the classic capture
 * file format with nanosecond stamps, Ethernet frames, IPv4.
 */
final class WireCapture {

    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int LINK_TYPE_AT = 20;
    private static final int LINK_TYPE_ETHERNET = 1;
    private static final int ETHERNET_HEADER = 14;
    private static final int ICMP = 1;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;

    /**
     * @param requestNanos when it passed the device, nanoseconds since the epoch
     * @param roundTripNanos on the wire
     */
    record Exchange(int sequence, long requestNanos, long roundTripNanos) {
    }

    private WireCapture() {
    }

    /**
     * In the order of the requests; without those that found no reply. Request and reply belong together by identifier and sequence number.
     *
     * @throws IOException if it is no such file, or if more than one program's echo requests are in it
     */
    static List<Exchange> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < FILE_HEADER || bytes.getInt(0) != MAGIC_NANOS
                || bytes.getInt(LINK_TYPE_AT) != LINK_TYPE_ETHERNET) {
            throw new IOException("not a capture of Ethernet frames with nanosecond stamps: " + file);
        }
        Map<Integer, Long> requests = new HashMap<>();
        List<Exchange> exchanges = new ArrayList<>();
        int identifier = -1;
        bytes.position(FILE_HEADER);
        while (bytes.remaining() >= 16) {
            long stamp = Integer.toUnsignedLong(bytes.getInt()) * 1_000_000_000 + bytes.getInt();
            int captured = bytes.getInt();
            bytes.getInt(); // the frame's own length
            if (captured < 0 || captured > bytes.remaining()) {
                break; // tcpdump ended within a frame
            }
            ByteBuffer frame = bytes.slice(bytes.position(), captured).order(ByteOrder.BIG_ENDIAN);
            bytes.position(bytes.position() + captured);
            int icmp = ETHERNET_HEADER + (frame.get(ETHERNET_HEADER) & 0x0f) * 4;
            if (frame.get(ETHERNET_HEADER + 9) != ICMP || captured < icmp + 8) {
                continue;
            }
            int type = frame.get(icmp);
            int sequence = frame.getShort(icmp + 6) & 0xffff;
            int id = frame.getShort(icmp + 4) & 0xffff;
            if (type == ECHO_REQUEST) {
                if (identifier >= 0 && id != identifier) {
                    throw new IOException("two programs sent echo requests at once: " + file);
                }
                identifier = id;
                requests.put(sequence, stamp);
            } else if (type == ECHO_REPLY && id == identifier) {
                Long request = requests.remove(sequence);
                if (request != null) {
                    exchanges.add(new Exchange(sequence, request, stamp - request));
                }
            }
        }
        return exchanges;
    }
}
