package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.PacketForm;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;

/**
 * What one rung gave: a socket for each family that this host speaks, one at least.
 *
 * @param missing a sentence for each family that does not work
 */
record OpenedSockets(List<FamilySocket> sockets, List<String> missing) {

    /** Holds the answers and timestamps of a 10 ms tick at 100,000 packets a second; the kernel may grant less. */
    private static final int BUFFER_BYTES = 4 << 20;

    /**
     * Of a packet that no path may cut (RFC 791 section 3.2: every host takes 576 bytes) the kernel is spared making an identification for its fragments:
     * 4 % of a packet's price.
     */
    private static final int UNCUT_PAYLOAD = 576 - 20 - EchoPacket.HEADER_LENGTH;

    /**
     * @param identifier of the requests, 16 bits; on datagram sockets the kernel chooses its own
     * @throws NativeCallException if neither family works, or not the one of the source address
     */
    static OpenedSockets open(EchoRung rung, ProberSettings settings, int identifier, long nonce) {
        List<FamilySocket> sockets = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Optional<NativeCallException> denied = Optional.empty();
        for (AddressFamily family : AddressFamily.values()) {
            Optional<InetAddress> own = settings.sourceAddress()
                    .filter(address -> AddressFamily.of(address) == family);
            try {
                sockets.add(open(rung, family, own, settings.form(), identifier, nonce));
            } catch (NativeCallException e) {
                if (own.isPresent()) {
                    sockets.forEach(FamilySocket::close);
                    throw e;
                }
                denied = Optional.of(e);
                missing.add(family.label() + " is not measured: " + e.getMessage());
            }
        }
        if (sockets.isEmpty()) {
            throw denied.orElseThrow();
        }
        return new OpenedSockets(List.copyOf(sockets), List.copyOf(missing));
    }

    private static FamilySocket open(EchoRung rung, AddressFamily family, Optional<InetAddress> source, PacketForm form,
            int identifier, long nonce) {
        NativeSocket socket = NativeSocket.open(family, rung.socketKind());
        try {
            form.networkInterface().ifPresent(socket::bindToDevice);
            source.ifPresent(address -> socket.bind(address, 0));
            socket.wishForBuffers(BUFFER_BYTES);
            socket.stampPackets();
            if (form.dscp() != 0) {
                socket.trafficClass(form.dscp() << 2);
            }
            if (form.neverFragment() || form.payloadBytes() <= UNCUT_PAYLOAD) {
                socket.neverFragment();
            }
            form.hopLimit().ifPresent(socket::hopLimit);
            return switch (rung) {
                case DATAGRAM -> {
                    socket.tellIcmpErrors();
                    yield new EchoFamilySocket(socket, rung.socketKind(), identifier, nonce, form.payloadBytes());
                }
                case RAW -> new EchoFamilySocket(socket, rung.socketKind(), identifier, nonce, form.payloadBytes());
                case UDP -> {
                    socket.tellIcmpErrors();
                    yield new ClosedPortFamilySocket(socket, nonce, form.payloadBytes());
                }
            };
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
