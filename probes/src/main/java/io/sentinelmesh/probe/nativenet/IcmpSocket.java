package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Optional;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * An open, non-blocking ICMP socket of one family with kernel timestamps on what leaves and what arrives. Opened by any thread, used by one.
 */
public final class IcmpSocket implements AutoCloseable {

    private final AddressFamily family;
    private final int fd;
    private final MemorySegment errno = Libc.newErrno();
    private boolean closed;

    private IcmpSocket(AddressFamily family, int fd) {
        this.family = family;
        this.fd = fd;
    }

    /** Whether this system is one whose sockets this package can open at all (64-bit Linux). */
    public static boolean isSupported() {
        return Libc.fitsThisSystem();
    }

    /**
     * @param source the address the packets shall carry; the kernel chooses if empty
     * @param bufferBytes wished for each direction; the kernel grants what its limits permit
     * @throws NativeCallException if the kernel denies it: EACCES or EPERM for want of permission, EAFNOSUPPORT without the family,
     *             EADDRNOTAVAIL for a source address that is not this host's
     */
    public static IcmpSocket open(AddressFamily family, SocketKind kind, Optional<InetAddress> source,
            int bufferBytes) {
        int protocol = switch (family) {
            case IPV4 -> SocketOptions.IPPROTO_ICMP;
            case IPV6 -> SocketOptions.IPPROTO_ICMPV6;
        };
        MemorySegment errno = Libc.newErrno();
        int fd = Libc.socket(errno, family.number(),
                kind.number() | SocketOptions.SOCK_NONBLOCK | SocketOptions.SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            throw new NativeCallException("opening an " + family.label() + " ICMP socket", -fd);
        }
        IcmpSocket socket = new IcmpSocket(family, fd);
        try {
            source.ifPresent(socket::bind);
            socket.wishForBuffers(bufferBytes);
            socket.require("SO_TIMESTAMPING", SocketOptions.SOL_SOCKET, SocketOptions.SO_TIMESTAMPING,
                    SocketOptions.SOF_TIMESTAMPING_TX_SOFTWARE | SocketOptions.SOF_TIMESTAMPING_RX_SOFTWARE
                            | SocketOptions.SOF_TIMESTAMPING_SOFTWARE);
            if (kind == SocketKind.DATAGRAM) {
                socket.tellIcmpErrors();
            }
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void bind(InetAddress source) {
        int result = Libc.bind(errno, fd, SocketAddresses.one(source), SocketAddresses.length(family));
        if (result < 0) {
            throw new NativeCallException("binding to the source address " + source.getHostAddress(), -result);
        }
    }

    /** More than the ordinary limit needs CAP_NET_ADMIN; without it the ordinary limit must do. */
    private void wishForBuffers(int bytes) {
        if (option(SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUFFORCE, bytes) < 0) {
            option(SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF, bytes);
        }
        if (option(SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUFFORCE, bytes) < 0) {
            option(SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUF, bytes);
        }
    }

    private void tellIcmpErrors() {
        switch (family) {
            case IPV4 -> require("IP_RECVERR", SocketOptions.IPPROTO_IP, SocketOptions.IP_RECVERR, 1);
            case IPV6 -> require("IPV6_RECVERR", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVERR, 1);
        }
    }

    /** Raw sockets only: from now on only answers to this identifier and errors about it arrive. */
    public void attach(EchoFilter filter) {
        filter.attachTo(this, family);
    }

    private void require(String name, int level, int option, int value) {
        int result = option(level, option, value);
        if (result < 0) {
            throw new NativeCallException("setting " + name, -result);
        }
    }

    private int option(int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(JAVA_INT);
            memory.set(JAVA_INT, 0, value);
            return Libc.setsockopt(errno, fd, level, option, memory);
        }
    }

    void require(String name, int level, int option, MemorySegment value) {
        int result = Libc.setsockopt(errno, fd, level, option, value);
        if (result < 0) {
            throw new NativeCallException("setting " + name, -result);
        }
    }

    public AddressFamily family() {
        return family;
    }

    int fd() {
        return fd;
    }

    /** How many messages left, from {@code first} on; if none did, the negative errno of the first. */
    public int send(MessageBatch batch, int first, int count) {
        return Libc.sendmmsg(errno, fd, batch.headersFrom(first), count, SocketOptions.MSG_DONTWAIT);
    }

    /** How many messages arrived; the negative errno if none did, an ICMP error that waits to be told included. */
    public int receive(MessageBatch batch) {
        return receive(batch, SocketOptions.MSG_DONTWAIT);
    }

    /** The same from the error queue: transmit timestamps and, on datagram sockets, ICMP errors. */
    public int receiveErrors(MessageBatch batch) {
        return receive(batch, SocketOptions.MSG_DONTWAIT | SocketOptions.MSG_ERRQUEUE);
    }

    private int receive(MessageBatch batch, int flags) {
        batch.renew();
        int count = Libc.recvmmsg(errno, fd, batch.headersFrom(0), batch.capacity(), flags);
        batch.used(Math.max(count, 0));
        return count;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Libc.close(errno, fd);
        }
    }
}
