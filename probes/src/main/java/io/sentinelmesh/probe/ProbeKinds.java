package io.sentinelmesh.probe;

import java.util.List;

import io.sentinelmesh.probe.dns.DnsKind;
import io.sentinelmesh.probe.http.HttpKind;
import io.sentinelmesh.probe.icmp.IcmpKind;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.mtu.MtuKind;
import io.sentinelmesh.probe.route.RouteKind;
import io.sentinelmesh.probe.stamp.StampKind;
import io.sentinelmesh.probe.tcp.TcpKind;
import io.sentinelmesh.probe.tls.TlsKind;
import io.sentinelmesh.probe.udp.UdpKind;

/** Every kind of probe there is: the command line, the configuration and the documentation go by this list. */
public final class ProbeKinds {

    private static final List<Kind> ALL = List.of( //
            new IcmpKind(), //
            new StampKind(), //
            new TcpKind(), //
            new UdpKind(), //
            new RouteKind(), //
            new MtuKind(), //
            new HttpKind(), //
            new DnsKind(), //
            new TlsKind());

    private ProbeKinds() {
    }

    /** In the order in which they are shown. */
    public static List<Kind> all() {
        return ALL;
    }
}
