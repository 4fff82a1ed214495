package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * A row of {@code struct mmsghdr} with a data buffer and a control buffer each: what sendmmsg(2) and recvmmsg(2) take. All of it is one piece
 * of memory, so that the parts point at one another for as long as any of it lives. Numbers in the data are in network byte order. One thread.
 */
public final class MessageBatch {

    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT_UNALIGNED
            .withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.BIG_ENDIAN);

    // struct mmsghdr { struct msghdr { name, namelen, iov, iovlen, control, controllen, flags }, unsigned len }, 64-bit
    private static final long HEADER = 64;
    private static final long NAME = 0;
    private static final long NAME_LENGTH = 8;
    private static final long IOV = 16;
    private static final long IOV_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long MESSAGE_LENGTH = 56;
    private static final long IOVEC = 16;
    private static final long IOVEC_LENGTH = 8;
    private static final long NAME_ROOM = SocketAddresses.STRIDE;

    /** The control room that {@link #hopLimit} needs. */
    public static final int HOP_LIMIT_ROOM = 24;
    // struct cmsghdr { size_t len; int level; int type; } and its data
    private static final long CMSG_LEVEL = 8;
    private static final long CMSG_TYPE = 12;
    private static final long CMSG_DATA = 16;

    private final int capacity;
    private final int dataRoom;
    private final int controlRoom;
    private final MemorySegment headers;
    private final MemorySegment iov;
    private final MemorySegment data;
    private final MemorySegment control;
    private final MemorySegment names;
    private boolean sendersKept;
    private int used;

    /**
     * @param dataRoom bytes of data per message
     * @param controlRoom bytes of control messages per message, a multiple of 8; 0 for sending without any
     */
    public MessageBatch(int capacity, int dataRoom, int controlRoom) {
        this.capacity = capacity;
        this.dataRoom = dataRoom;
        this.controlRoom = controlRoom;
        long iovAt = HEADER * capacity;
        long controlAt = iovAt + IOVEC * capacity;
        long namesAt = controlAt + (long) controlRoom * capacity;
        long dataAt = namesAt + NAME_ROOM * capacity;
        MemorySegment memory = Arena.ofAuto().allocate(dataAt + (long) dataRoom * capacity, 64);
        headers = memory.asSlice(0, iovAt);
        iov = memory.asSlice(iovAt, IOVEC * capacity);
        control = memory.asSlice(controlAt, (long) controlRoom * capacity);
        names = memory.asSlice(namesAt, NAME_ROOM * capacity);
        data = memory.asSlice(dataAt);
        for (int i = 0; i < capacity; i++) {
            iov.set(JAVA_LONG, IOVEC * i, data.address() + (long) dataRoom * i);
            iov.set(JAVA_LONG, IOVEC * i + IOVEC_LENGTH, dataRoom);
            headers.set(JAVA_LONG, HEADER * i + IOV, iov.address() + IOVEC * i);
            headers.set(JAVA_LONG, HEADER * i + IOV_COUNT, 1);
            if (controlRoom > 0) {
                headers.set(JAVA_LONG, HEADER * i + CONTROL, control.address() + (long) controlRoom * i);
                headers.set(JAVA_LONG, HEADER * i + CONTROL_LENGTH, controlRoom);
            }
        }
    }

    public int capacity() {
        return capacity;
    }

    /** Lets each received message say where it came from. Costs a copy per message, so only where somebody asks. */
    public void keepSenders() {
        sendersKept = true;
        for (int i = 0; i < capacity; i++) {
            headers.set(JAVA_LONG, HEADER * i + NAME, names.address() + NAME_ROOM * i);
            headers.set(JAVA_INT, HEADER * i + NAME_LENGTH, (int) NAME_ROOM);
        }
    }

    /** Makes what the last received messages overwrote fit to receive again. */
    void renew() {
        for (int i = 0; i < used; i++) {
            headers.set(JAVA_LONG, HEADER * i + CONTROL_LENGTH, controlRoom);
            if (sendersKept) {
                headers.set(JAVA_INT, HEADER * i + NAME_LENGTH, (int) NAME_ROOM);
            }
        }
        used = 0;
    }

    void used(int messages) {
        used = messages;
    }

    MemorySegment headersFrom(int first) {
        return first == 0 ? headers : headers.asSlice(HEADER * first);
    }

    /** All messages of this batch go to addresses of one family. */
    public void addressLength(AddressFamily family) {
        for (int i = 0; i < capacity; i++) {
            headers.set(JAVA_INT, HEADER * i + NAME_LENGTH, SocketAddresses.length(family));
        }
    }

    public void to(int message, SocketAddresses addresses, int index) {
        headers.set(JAVA_LONG, HEADER * message + NAME, addresses.pointer(index));
    }

    /** To where a message was received from in this batch or another one that keeps its senders. The other batch must live as long as this. */
    public void toSenderOf(int message, MessageBatch received, int receivedMessage) {
        headers.set(JAVA_LONG, HEADER * message + NAME, received.names.address() + NAME_ROOM * receivedMessage);
        headers.set(JAVA_INT, HEADER * message + NAME_LENGTH,
                received.headers.get(JAVA_INT, HEADER * receivedMessage + NAME_LENGTH));
    }

    /** The same with a port of the message's own. */
    public void to(int message, SocketAddresses addresses, int index, int port) {
        addresses.copy(index, names, NAME_ROOM * message, port);
        headers.set(JAVA_LONG, HEADER * message + NAME, names.address() + NAME_ROOM * message);
    }

    /** Whether so many bytes of this message's data are those that stand at the same place in the other batch's message. */
    public boolean matches(int message, int at, int length, MessageBatch other, int otherMessage, int otherAt) {
        long from = (long) dataRoom * message + at;
        long otherFrom = (long) other.dataRoom * otherMessage + otherAt;
        return MemorySegment.mismatch(data, from, from + length, other.data, otherFrom, otherFrom + length) < 0;
    }

    /** So many bytes of the message's room are sent. */
    public void sendLength(int message, int bytes) {
        if (bytes < 0 || bytes > dataRoom) {
            throw new IllegalArgumentException(bytes + " bytes do not fit into a room of " + dataRoom);
        }
        iov.set(JAVA_LONG, IOVEC * message + IOVEC_LENGTH, bytes);
    }

    /** This one packet's hop limit, 1 to 255; the batch needs a control room of {@link #HOP_LIMIT_ROOM}. */
    public void hopLimit(int message, AddressFamily family, int hops) {
        long at = (long) controlRoom * message;
        control.set(JAVA_LONG, at, CMSG_DATA + Integer.BYTES);
        control.set(JAVA_INT, at + CMSG_LEVEL, switch (family) {
            case IPV4 -> SocketOptions.IPPROTO_IP;
            case IPV6 -> SocketOptions.IPPROTO_IPV6;
        });
        control.set(JAVA_INT, at + CMSG_TYPE, switch (family) {
            case IPV4 -> SocketOptions.IP_TTL;
            case IPV6 -> SocketOptions.IPV6_HOPLIMIT;
        });
        control.set(JAVA_INT, at + CMSG_DATA, hops);
        headers.set(JAVA_LONG, HEADER * message + CONTROL_LENGTH, HOP_LIMIT_ROOM);
    }

    /** Bytes received; never more than the room. */
    public int length(int message) {
        return Math.min(headers.get(JAVA_INT, HEADER * message + MESSAGE_LENGTH), dataRoom);
    }

    public int unsignedByte(int message, int at) {
        return data.get(JAVA_BYTE, (long) dataRoom * message + at) & 0xff;
    }

    public int unsignedShort(int message, int at) {
        return data.get(NETWORK_SHORT, (long) dataRoom * message + at) & 0xffff;
    }

    /** All 32 bits; unsigned if the caller says so. */
    public int getInt(int message, int at) {
        return data.get(NETWORK_INT, (long) dataRoom * message + at);
    }

    public long getLong(int message, int at) {
        return data.get(NETWORK_LONG, (long) dataRoom * message + at);
    }

    public void putByte(int message, int at, int value) {
        data.set(JAVA_BYTE, (long) dataRoom * message + at, (byte) value);
    }

    public void putShort(int message, int at, int value) {
        data.set(NETWORK_SHORT, (long) dataRoom * message + at, (short) value);
    }

    public void putInt(int message, int at, int value) {
        data.set(NETWORK_INT, (long) dataRoom * message + at, value);
    }

    public void putLong(int message, int at, long value) {
        data.set(NETWORK_LONG, (long) dataRoom * message + at, value);
    }

    public byte[] bytes(int message, int at, int length) {
        byte[] copy = new byte[length];
        MemorySegment.copy(data, JAVA_BYTE, (long) dataRoom * message + at, copy, 0, length);
        return copy;
    }

    public void putBytes(int message, int at, byte[] bytes) {
        MemorySegment.copy(bytes, 0, data, JAVA_BYTE, (long) dataRoom * message + at, bytes.length);
    }

    /** Copies the first bytes of a received message, as many as there are and fit. */
    public int read(int message, byte[] into) {
        int length = Math.min(length(message), into.length);
        read(message, into, length);
        return length;
    }

    /** Copies so many bytes of the message's room. */
    public void read(int message, byte[] into, int length) {
        MemorySegment.copy(data, JAVA_BYTE, (long) dataRoom * message, into, 0, length);
    }

    /** The message's data and length. */
    public void write(int message, byte[] from, int length) {
        sendLength(message, length);
        overwrite(message, from, length);
    }

    /** The first bytes of the message's data; its length stays. */
    public void overwrite(int message, byte[] from, int length) {
        MemorySegment.copy(from, 0, data, JAVA_BYTE, (long) dataRoom * message, length);
    }

    /** The address this message came from, 4 or 16 bytes; only after {@link #keepSenders()}. */
    public byte[] sender(int message) {
        return SocketAddresses.address(names, NAME_ROOM * message);
    }

    /** The port this message came from; only after {@link #keepSenders()}. */
    public int senderPort(int message) {
        return SocketAddresses.port(names, NAME_ROOM * message);
    }

    /** The upper half of the address this message came from, 0 for IPv4; only after {@link #keepSenders()}. */
    public long senderHigh(int message) {
        return SocketAddresses.high(names, NAME_ROOM * message);
    }

    /** The lower half of the address this message came from, or the IPv4 address; only after {@link #keepSenders()}. */
    public long senderLow(int message) {
        return SocketAddresses.low(names, NAME_ROOM * message);
    }

    /** So many bytes of the message's control room are sent. */
    void controlLength(int message, long bytes) {
        headers.set(JAVA_LONG, HEADER * message + CONTROL_LENGTH, bytes);
    }

    MemorySegment control() {
        return control;
    }

    long controlStart(int message) {
        return (long) controlRoom * message;
    }

    long controlEnd(int message) {
        return (long) controlRoom * message
                + Math.min(headers.get(JAVA_LONG, HEADER * message + CONTROL_LENGTH), controlRoom);
    }
}
