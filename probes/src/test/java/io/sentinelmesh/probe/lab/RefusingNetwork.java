package io.sentinelmesh.probe.lab;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;

import io.sentinelmesh.measurement.RefusalReason;

import static org.awaitility.Awaitility.await;

/**
 * Three namespaces, prober, router and far host, in which packets are turned away for every reason, in both families. What is refused is refused
 * whatever protocol it is of.
 */
public final class RefusingNetwork implements AutoCloseable {

    public static final String PROBER = "prober";
    public static final String FAR = "far";
    public static final InetAddress ROUTER = InetAddress.ofLiteral("192.0.2.254");
    public static final InetAddress ROUTER_6 = InetAddress.ofLiteral("2001:db8:a::fe");
    /** The far host: it answers. */
    public static final String FAR_ADDRESS = "198.51.100.1";
    public static final String FAR_ADDRESS_6 = "2001:db8:b::1";
    /** The router drops what goes there. */
    public static final String SILENT = "198.51.100.15";
    public static final String SILENT_6 = "2001:db8:b::15";
    /** No route leads there from the prober. */
    public static final String UNROUTED = "203.0.113.6";
    public static final String UNROUTED_6 = "2001:db8:f::6";

    private static final int CLOSED_PORT = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final NetworkLab lab;

    private RefusingNetwork(NetworkLab lab) {
        this.lab = lab;
    }

    public static RefusingNetwork open() {
        RefusingNetwork network = new RefusingNetwork(NetworkLab.open());
        try {
            network.build();
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    private void build() {
        lab.namespace(PROBER);
        lab.router("router");
        lab.namespace(FAR);
        lab.link(PROBER, List.of("192.0.2.1/24", "192.0.2.9/24", "2001:db8:a::1/64"), "router",
                List.of("192.0.2.254/24", "2001:db8:a::fe/64"));
        lab.link("router", List.of("198.51.100.254/24", "2001:db8:b::fe/64"), FAR,
                List.of("198.51.100.1/24", "2001:db8:b::1/64"));
        lab.ip(PROBER, "route add default via 192.0.2.254");
        lab.ip(PROBER, "-6 route add default via 2001:db8:a::fe");
        lab.ip(FAR, "route add default via 198.51.100.254");
        lab.ip(FAR, "-6 route add default via 2001:db8:b::fe");
        lab.ip(PROBER, "route add 203.0.113.5 via 192.0.2.254 hoplimit 1");
        lab.ip(PROBER, "-6 route add 2001:db8:f::5 via 2001:db8:a::fe hoplimit 1");
        lab.ip("router", "route add 203.0.113.5 via 198.51.100.1");
        lab.ip("router", "-6 route add 2001:db8:f::5 via 2001:db8:b::1");
        lab.ip(PROBER, "route add unreachable 203.0.113.6");
        lab.ip(PROBER, "-6 route add unreachable 2001:db8:f::6");
        lab.nft("router", """
                table inet refusing {
                  chain forward {
                    type filter hook forward priority 0;
                    ip daddr 198.51.100.11 reject with icmp type host-unreachable
                    ip daddr 198.51.100.12 reject with icmp type admin-prohibited
                    ip daddr 198.51.100.13 reject with icmp type port-unreachable
                    ip daddr 198.51.100.14 reject with icmp type net-unreachable
                    ip daddr 198.51.100.15 drop
                    ip6 daddr 2001:db8:b::11 reject with icmpv6 type addr-unreachable
                    ip6 daddr 2001:db8:b::12 reject with icmpv6 type admin-prohibited
                    ip6 daddr 2001:db8:b::13 reject with icmpv6 type port-unreachable
                    ip6 daddr 2001:db8:b::14 reject with icmpv6 type no-route
                    ip6 daddr 2001:db8:b::15 drop
                  }
                }""");
        awaitBothFamilies();
    }

    /** IPv6 needs a moment to find its neighbours on a new link. */
    private void awaitBothFamilies() {
        for (String address : List.of(FAR_ADDRESS, FAR_ADDRESS_6)) {
            await().atMost(PATIENCE).until(() -> inside(PROBER, () -> isThere(address)));
        }
    }

    private static boolean isThere(String address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), CLOSED_PORT), 500);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (ConnectException e) {
            // Reset: that is as good.
            return true;
        }
    }

    /** Destination, reason and who says so. */
    public static Stream<Arguments> refusals() {
        return Stream.of(Arguments.of("198.51.100.11", RefusalReason.HOST_UNREACHABLE, ROUTER),
                Arguments.of("198.51.100.12", RefusalReason.ADMINISTRATIVELY_PROHIBITED, ROUTER),
                Arguments.of("198.51.100.13", RefusalReason.PORT_UNREACHABLE, ROUTER),
                Arguments.of("198.51.100.14", RefusalReason.NETWORK_UNREACHABLE, ROUTER),
                Arguments.of("203.0.113.5", RefusalReason.HOP_LIMIT_EXCEEDED, ROUTER),
                Arguments.of("2001:db8:b::11", RefusalReason.HOST_UNREACHABLE, ROUTER_6),
                Arguments.of("2001:db8:b::12", RefusalReason.ADMINISTRATIVELY_PROHIBITED, ROUTER_6),
                Arguments.of("2001:db8:b::13", RefusalReason.PORT_UNREACHABLE, ROUTER_6),
                Arguments.of("2001:db8:b::14", RefusalReason.NETWORK_UNREACHABLE, ROUTER_6),
                Arguments.of("2001:db8:f::5", RefusalReason.HOP_LIMIT_EXCEEDED, ROUTER_6));
    }

    public <T> T inside(String namespace, Callable<T> task) {
        return lab.inside(namespace, task);
    }

    public NetworkLab lab() {
        return lab;
    }

    @Override
    public void close() {
        lab.close();
    }
}
