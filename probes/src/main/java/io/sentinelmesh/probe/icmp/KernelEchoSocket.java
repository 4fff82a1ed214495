package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.List;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.nativenet.SocketAddresses;

/** The kernel's sockets, one per address family that this host speaks, as the one network that the engine sees. */
final class KernelEchoSocket implements EchoSocket {

    private final List<FamilySocket> sockets;
    private SocketAddresses addresses = new SocketAddresses(new InetAddress[0]);
    private AddressFamily[] families = new AddressFamily[0];

    KernelEchoSocket(List<FamilySocket> sockets) {
        this.sockets = List.copyOf(sockets);
    }

    @Override
    public void destinations(List<InetAddress> destinations) {
        addresses = new SocketAddresses(destinations.toArray(InetAddress[]::new));
        families = destinations.stream().map(AddressFamily::of).toArray(AddressFamily[]::new);
        sockets.forEach(socket -> socket.destinations(destinations));
    }

    @Override
    public void send(EchoBatch batch) {
        for (int request = 0; request < batch.size(); request++) {
            if (!speaks(families[batch.destination(request)])) {
                batch.notSent(request, Errno.EAFNOSUPPORT);
            }
        }
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).send(batch, addresses, families);
        }
    }

    private boolean speaks(AddressFamily family) {
        for (int i = 0; i < sockets.size(); i++) {
            if (sockets.get(i).socket().family() == family) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean receive(EchoEvents events) {
        boolean all = true;
        for (int i = 0; i < sockets.size(); i++) {
            all &= sockets.get(i).receive(events);
        }
        return all;
    }

    @Override
    public List<Pollable> pollables() {
        return sockets.stream().<Pollable>map(FamilySocket::socket).toList();
    }

    @Override
    public void close() {
        sockets.forEach(FamilySocket::close);
    }
}
