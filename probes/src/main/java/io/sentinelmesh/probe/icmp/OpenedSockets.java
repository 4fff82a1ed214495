package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
     * @param identifier of the requests, 16 bits; on datagram sockets the kernel chooses its own
     * @throws NativeCallException if neither family works, or not the one of the source address
     */
    static OpenedSockets open(EchoRung rung, Optional<InetAddress> source, int identifier, long nonce) {
        List<FamilySocket> sockets = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Optional<NativeCallException> denied = Optional.empty();
        for (AddressFamily family : AddressFamily.values()) {
            Optional<InetAddress> own = source.filter(address -> AddressFamily.of(address) == family);
            try {
                NativeSocket socket = NativeSocket.open(family, rung.socketKind(), own, BUFFER_BYTES);
                sockets.add(new FamilySocket(socket, rung.socketKind(), identifier, nonce));
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
}
