package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * An open, non-blocking socket of one family, with the options that measuring needs under their own names. Opened by any thread, used by one.
 * Sending, receiving and connecting answer as the kernel does, with a negative errno; opening and setting throw.
 */
public final class NativeSocket implements Pollable, AutoCloseable {

    /** In struct tcp_info (linux/tcp.h): the smoothed round-trip time, u32 microseconds. */
    private static final long TCPI_RTT = 68;
    /** In the same: segments sent again in the connection's whole life. */
    private static final long TCPI_TOTAL_RETRANS = 100;

    private final AddressFamily family;
    private final int fd;
    private final CallMemory memory;
    private boolean closed;

    private NativeSocket(AddressFamily family, int fd, CallMemory memory) {
        this.family = family;
        this.fd = fd;
        this.memory = memory;
    }

    /** Whether this system is one whose sockets this package can open at all (64-bit Linux). */
    public static boolean isSupported() {
        return Libc.fitsThisSystem();
    }

    /**
     * @throws NativeCallException if the kernel denies it: EACCES or EPERM for want of permission, EAFNOSUPPORT without the family, EMFILE
     *             without a free file
     */
    public static NativeSocket open(AddressFamily family, SocketKind kind) {
        return open(family, kind, new CallMemory());
    }

    /**
     * The same for one of many short-lived sockets of one thread.
     *
     * @param memory shared by them
     */
    public static NativeSocket open(AddressFamily family, SocketKind kind, CallMemory memory) {
        int fd = Libc.socket(memory.errno, family.number(),
                kind.type() | SocketOptions.SOCK_NONBLOCK | SocketOptions.SOCK_CLOEXEC, kind.protocol(family));
        if (fd < 0) {
            throw new NativeCallException("opening an " + family.label() + " " + kind.label() + " socket", -fd);
        }
        NativeSocket socket = new NativeSocket(family, fd, memory);
        if (family == AddressFamily.IPV6 && kind == SocketKind.UDP) {
            // One port number for two sockets, one of each family.
            socket.option(SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_V6ONLY, 1);
        }
        return socket;
    }

    /**
     * @param port 0: the kernel chooses
     * @throws NativeCallException EADDRNOTAVAIL if the address is not this host's, EADDRINUSE, EACCES for a port below 1024
     */
    public void bind(InetAddress source, int port) {
        int result = Libc.bind(memory.errno, fd, SocketAddresses.one(source, port), SocketAddresses.length(family));
        if (result < 0) {
            throw new NativeCallException(
                    "binding to " + source.getHostAddress() + (port == 0 ? "" : " port " + port), -result);
        }
    }

    /**
     * Sends through this interface only.
     *
     * @throws NativeCallException ENODEV if there is none of that name
     */
    public void bindToDevice(String device) {
        try (Arena arena = Arena.ofConfined()) {
            require("the interface " + device, SocketOptions.SOL_SOCKET, SocketOptions.SO_BINDTODEVICE,
                    arena.allocateFrom(device));
        }
    }

    /** The same without an allocation; 0 or the negative errno. */
    public int bind(SocketAddresses addresses, int index) {
        addresses.copyTo(index, memory.address);
        return Libc.bind(memory.errno, fd, memory.address, SocketAddresses.length(family));
    }

    /** The same without an allocation. */
    public int connect(SocketAddresses addresses, int index) {
        addresses.copyTo(index, memory.address);
        return Libc.connect(memory.errno, fd, memory.address, SocketAddresses.length(family));
    }

    /** 0, or the negative errno: -EINPROGRESS while a TCP connection is being made. */
    public int connect(InetAddress destination, int port) {
        return Libc.connect(memory.errno, fd, SocketAddresses.one(destination, port), SocketAddresses.length(family));
    }

    /** The port the socket is bound to; 0 if it is not. */
    public int localPort() {
        memory.length.set(JAVA_INT, 0, (int) SocketAddresses.STRIDE);
        int result = Libc.getsockname(memory.errno, fd, memory.address, memory.length);
        return result < 0 ? 0 : SocketAddresses.port(memory.address, 0);
    }

    /** More than the ordinary limit needs CAP_NET_ADMIN; without it the ordinary limit must do. */
    public void wishForBuffers(int bytes) {
        if (option(SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUFFORCE, bytes) < 0) {
            option(SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF, bytes);
        }
        if (option(SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUFFORCE, bytes) < 0) {
            option(SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUF, bytes);
        }
    }

    /** Kernel timestamps on what leaves (in the error queue, with the packet) and on what arrives. */
    public void stampPackets() {
        require("SO_TIMESTAMPING", SocketOptions.SOL_SOCKET, SocketOptions.SO_TIMESTAMPING,
                SocketOptions.SOF_TIMESTAMPING_TX_SOFTWARE | SocketOptions.SOF_TIMESTAMPING_RX_SOFTWARE
                        | SocketOptions.SOF_TIMESTAMPING_SOFTWARE);
    }

    /** Kernel timestamps on what arrives only. */
    public void stampArrivals() {
        require("SO_TIMESTAMPING", SocketOptions.SOL_SOCKET, SocketOptions.SO_TIMESTAMPING,
                SocketOptions.SOF_TIMESTAMPING_RX_SOFTWARE | SocketOptions.SOF_TIMESTAMPING_SOFTWARE);
    }

    /** ICMP errors about our packets come into the error queue, for every user; not on raw sockets. */
    public void tellIcmpErrors() {
        switch (family) {
            case IPV4 -> require("IP_RECVERR", SocketOptions.IPPROTO_IP, SocketOptions.IP_RECVERR, 1);
            case IPV6 -> require("IPV6_RECVERR", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVERR, 1);
        }
    }

    /** The errors' extensions (RFC 4884) are told apart from the quoted packet. False on a kernel before 5.9. */
    public boolean tellIcmpExtensions() {
        return switch (family) {
            case IPV4 -> option(SocketOptions.IPPROTO_IP, SocketOptions.IP_RECVERR_RFC4884, 1) == 0;
            case IPV6 -> option(SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVERR_RFC4884, 1) == 0;
        };
    }

    /** Of all packets sent from now on; 1 to 255. One packet's own: {@link MessageBatch#hopLimit}. */
    public void hopLimit(int hops) {
        switch (family) {
            case IPV4 -> require("the hop limit", SocketOptions.IPPROTO_IP, SocketOptions.IP_TTL, hops);
            case IPV6 -> require("the hop limit", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_UNICAST_HOPS, hops);
        }
    }

    /** The whole octet: DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168). */
    public void trafficClass(int octet) {
        switch (family) {
            case IPV4 -> require("the DSCP", SocketOptions.IPPROTO_IP, SocketOptions.IP_TOS, octet);
            case IPV6 -> require("the DSCP", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_TCLASS, octet);
        }
    }

    /** IPv6: all packets carry the flow label 0. The kernel gives each TCP socket another one, and routers may choose by it. */
    public void noFlowLabel() {
        if (family == AddressFamily.IPV6) {
            require("the flow label", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_AUTOFLOWLABEL, 0);
        }
    }

    /** Neither this host nor a router may cut the packets, and what the kernel remembers of the path's MTU does not stop them either. */
    public void neverFragment() {
        switch (family) {
            case IPV4 -> require("don't-fragment", SocketOptions.IPPROTO_IP, SocketOptions.IP_MTU_DISCOVER,
                    SocketOptions.PMTUDISC_PROBE);
            case IPV6 -> require("don't-fragment", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_MTU_DISCOVER,
                    SocketOptions.PMTUDISC_PROBE);
        }
    }

    /** What arrives says with which hop limit and traffic class: {@link ControlMessages#hopLimit()}, {@link ControlMessages#trafficClass()}. */
    public void tellHeaderFields() {
        switch (family) {
            case IPV4 -> {
                require("IP_RECVTTL", SocketOptions.IPPROTO_IP, SocketOptions.IP_RECVTTL, 1);
                require("IP_RECVTOS", SocketOptions.IPPROTO_IP, SocketOptions.IP_RECVTOS, 1);
            }
            case IPV6 -> {
                require("IPV6_RECVHOPLIMIT", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVHOPLIMIT, 1);
                require("IPV6_RECVTCLASS", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVTCLASS, 1);
            }
        }
    }

    /** What arrives says with which hop limit, and no more: {@link ControlMessages#hopLimit()}. */
    public void tellHopLimits() {
        switch (family) {
            case IPV4 -> require("IP_RECVTTL", SocketOptions.IPPROTO_IP, SocketOptions.IP_RECVTTL, 1);
            case IPV6 -> require("IPV6_RECVHOPLIMIT", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVHOPLIMIT, 1);
        }
    }

    /** What arrives says to which address of this host: {@link ControlMessages#toThisHostAlone()}, {@link SendControls#fromDestinationOf}. */
    public void tellDestinations() {
        switch (family) {
            case IPV4 -> require("IP_PKTINFO", SocketOptions.IPPROTO_IP, SocketOptions.IP_PKTINFO, 1);
            case IPV6 -> require("IPV6_RECVPKTINFO", SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVPKTINFO, 1);
        }
    }

    /** The path MTU the kernel knows for a connected socket, bytes; a negative errno if it is not connected. */
    public int pathMtu() {
        return switch (family) {
            case IPV4 -> intOption(SocketOptions.IPPROTO_IP, SocketOptions.IP_MTU);
            case IPV6 -> intOption(SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_MTU);
        };
    }

    /** TCP: how often an unanswered SYN is repeated, 1 to 127; the kernel's own default is 6. */
    public void repeatSyn(int times) {
        require("TCP_SYNCNT", SocketOptions.IPPROTO_TCP, SocketOptions.TCP_SYNCNT, times);
    }

    /** TCP: closing resets the connection, so that no socket lingers for minutes after each probe. */
    public void resetOnClose() {
        memory.linger.set(JAVA_INT, 0, 1);
        require("SO_LINGER", SocketOptions.SOL_SOCKET, SocketOptions.SO_LINGER, memory.linger);
    }

    /** TCP: the kernel's own round-trip time of the connection, microseconds; 0 if it has none; a negative errno. */
    public int tcpRoundTripMicros() {
        return tcpInfo(TCPI_RTT);
    }

    /** TCP: how many segments, the SYN among them, the kernel sent again since they were not answered; a negative errno. */
    public int tcpRepeats() {
        return tcpInfo(TCPI_TOTAL_RETRANS);
    }

    private int tcpInfo(long field) {
        memory.length.set(JAVA_INT, 0, CallMemory.TCP_INFO_ROOM);
        int result = Libc.getsockopt(memory.errno, fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_INFO,
                memory.tcpInfo, memory.length);
        return result < 0 ? result : memory.tcpInfo.get(JAVA_INT, field);
    }

    /** The errno that waits on the socket (how a connection attempt ended), positive, taken away by asking; 0 if none. */
    public int pendingError() {
        return intOption(SocketOptions.SOL_SOCKET, SocketOptions.SO_ERROR);
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
        memory.number.set(JAVA_INT, 0, value);
        return Libc.setsockopt(memory.errno, fd, level, option, memory.number);
    }

    private int intOption(int level, int option) {
        memory.length.set(JAVA_INT, 0, Integer.BYTES);
        int result = Libc.getsockopt(memory.errno, fd, level, option, memory.number, memory.length);
        return result < 0 ? result : memory.number.get(JAVA_INT, 0);
    }

    void require(String name, int level, int option, MemorySegment value) {
        int result = Libc.setsockopt(memory.errno, fd, level, option, value);
        if (result < 0) {
            throw new NativeCallException("setting " + name, -result);
        }
    }

    public AddressFamily family() {
        return family;
    }

    @Override
    public int fd() {
        return fd;
    }

    /**
     * How many messages left, from {@code first} on; if none did, the negative errno of the first, which was tried twice, so that an ICMP error
     * that waited on the socket does not stand in the way.
     */
    public int send(MessageBatch batch, int first, int count) {
        return Libc.sendmmsg(memory.errno, fd, batch.headersFrom(first), count, SocketOptions.MSG_DONTWAIT);
    }

    /**
     * How many messages arrived; -EAGAIN if none did. An ICMP error that waits on the socket is not told by this, only taken out of the way:
     * {@link #receiveErrors} tells it.
     */
    public int receive(MessageBatch batch) {
        int count = receive(batch, SocketOptions.MSG_DONTWAIT);
        return count >= 0 ? count : receive(batch, SocketOptions.MSG_DONTWAIT);
    }

    /** How many messages were in the error queue, transmit timestamps and, on datagram sockets, ICMP errors; -EAGAIN if none. */
    public int receiveErrors(MessageBatch batch) {
        return receive(batch, SocketOptions.MSG_DONTWAIT | SocketOptions.MSG_ERRQUEUE);
    }

    /**
     * How many messages arrived, or 0: none did, or an ICMP error that waited stood in the way. Half the cost of {@link #receive} when there is
     * nothing; the error is in the error queue, and asking again brings what stood behind it.
     */
    public int receiveIfAny(MessageBatch batch) {
        return Math.max(0, receive(batch, SocketOptions.MSG_DONTWAIT));
    }

    private int receive(MessageBatch batch, int flags) {
        batch.renew();
        int count = Libc.recvmmsg(fd, batch.headersFrom(0), batch.capacity(), flags);
        batch.used(Math.max(count, 0));
        return count >= 0 ? count : -Errno.EAGAIN;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
