package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.PacketWait;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.nativenet.SocketKind;

/** The kernel's sockets: for each family that this host speaks one per flow. Needs no rights. */
final class KernelStampNetwork implements StampNetwork {

    /** Of each flow and direction; some 500 small packets. */
    private static final int BUFFER_BYTES = 512 << 10;
    private static final String ANY_IPV4 = "0.0.0.0";
    private static final String ANY_IPV6 = "::";

    private final Map<AddressFamily, FlowSocket[]> sockets;
    private final List<FlowSocket> all = new ArrayList<>();
    private final PacketWait wait;
    private SocketAddresses addresses = new SocketAddresses(new InetAddress[0]);
    /** By destination; none for a family that this host does not speak. */
    private FlowSocket[][] socketsOf = new FlowSocket[0][];

    private KernelStampNetwork(Map<AddressFamily, FlowSocket[]> sockets) {
        this.sockets = sockets;
        sockets.values().forEach(ofFamily -> all.addAll(List.of(ofFamily)));
        wait = new PacketWait(pollables());
    }

    /** @throws NativeCallException if no family can be opened, or the source address is not this host's */
    static KernelStampNetwork open(StampSettings settings) {
        Map<AddressFamily, FlowSocket[]> sockets = new EnumMap<>(AddressFamily.class);
        Optional<NativeCallException> denied = Optional.empty();
        for (AddressFamily family : AddressFamily.values()) {
            Optional<InetAddress> own = settings.sourceAddress().filter(source -> AddressFamily.of(source) == family);
            try {
                sockets.put(family, open(family, own, settings));
            } catch (NativeCallException e) {
                if (own.isPresent()) {
                    sockets.values().forEach(opened -> List.of(opened).forEach(FlowSocket::close));
                    throw e;
                }
                denied = Optional.of(e);
            }
        }
        KernelStampNetwork network = new KernelStampNetwork(sockets);
        if (network.all.isEmpty()) {
            throw denied.orElseThrow();
        }
        return network;
    }

    private static FlowSocket[] open(AddressFamily family, Optional<InetAddress> source, StampSettings settings) {
        List<FlowSocket> opened = new ArrayList<>();
        try {
            for (int flow = 0; flow < settings.flows(); flow++) {
                NativeSocket socket = NativeSocket.open(family, SocketKind.UDP);
                opened.add(new FlowSocket(socket, flow, settings.size()));
                socket.wishForBuffers(BUFFER_BYTES);
                socket.stampPackets();
                socket.tellIcmpErrors();
                socket.tellHeaderFields();
                socket.neverFragment();
                socket.hopLimit(settings.hopLimit());
                socket.trafficClass(settings.dscp() << 2);
                socket.bind(source.orElse(any(family)), 0);
            }
            return opened.toArray(FlowSocket[]::new);
        } catch (RuntimeException e) {
            opened.forEach(FlowSocket::close);
            throw e;
        }
    }

    private static InetAddress any(AddressFamily family) {
        return InetAddress.ofLiteral(switch (family) {
            case IPV4 -> ANY_IPV4;
            case IPV6 -> ANY_IPV6;
        });
    }

    private FlowSocket[] ofFamily(AddressFamily family) {
        return sockets.getOrDefault(family, new FlowSocket[0]);
    }

    /** Of each flow; 0 if this host does not speak the family. */
    int[] sourcePorts(AddressFamily family, int flows) {
        int[] ports = new int[flows];
        FlowSocket[] ofFamily = ofFamily(family);
        for (int flow = 0; flow < ofFamily.length; flow++) {
            ports[flow] = ofFamily[flow].socket().localPort();
        }
        return ports;
    }

    @Override
    public void destinations(List<StampTarget> destinations) {
        addresses = new SocketAddresses(destinations.stream().map(StampTarget::address).toArray(InetAddress[]::new),
                destinations.stream().mapToInt(StampTarget::port).toArray());
        socketsOf = destinations.stream().map(target -> ofFamily(AddressFamily.of(target.address())))
                .toArray(FlowSocket[][]::new);
    }

    @Override
    public int send(int flow, int destination, byte[] packet, int length) {
        FlowSocket[] ofFamily = socketsOf[destination];
        return ofFamily.length == 0 ? Errno.EAFNOSUPPORT : ofFamily[flow].send(packet, length, addresses, destination);
    }

    @Override
    public boolean receive(StampEvents events) {
        boolean allRead = true;
        // One call for all: at a slow pace most of the sockets have nothing, and two calls for each of them are most of a turn.
        wait.look();
        for (int i = 0; i < all.size(); i++) {
            if (wait.has(i)) {
                allRead &= all.get(i).receive(events);
            }
        }
        return allRead;
    }

    @Override
    public List<Pollable> pollables() {
        return List.copyOf(all.stream().map(FlowSocket::socket).toList());
    }

    @Override
    public void close() {
        all.forEach(FlowSocket::close);
    }
}
