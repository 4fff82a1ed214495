package io.sentinelmesh.probe.route;

import java.util.List;
import java.util.Map;

import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.lab.NetworkLab;

/**
 * Prober, router "first", two routers "upper" and "lower" between which it chooses by flow, router "last", and the far host; in both families.
 * {@code prober 10.0.1 first (10.0.2 upper 10.0.4 | 10.0.3 lower 10.0.5) last 10.0.6 far}, and the same with 2001:db8:.
 */
final class RoutedLab implements AutoCloseable {

    static final String FAR = "10.0.6.2";
    static final String FAR_6 = "2001:db8:6::2";

    private final NetworkLab lab = NetworkLab.open();

    RoutedLab() {
        lab.namespace("prober");
        lab.namespace("far");
        for (String router : List.of("first", "upper", "lower", "last")) {
            lab.router(router);
            lab.sysctl(router, "net.ipv4.fib_multipath_hash_policy=1", "net.ipv6.fib_multipath_hash_policy=1");
        }
        link("prober", "first", 1);
        link("first", "upper", 2);
        link("first", "lower", 3);
        link("upper", "last", 4);
        link("lower", "last", 5);
        link("last", "far", 6);
        route("prober", "default", 1, 2);
        route("far", "default", 6, 1);
        lab.ip("first", "route add default nexthop via 10.0.2.2 nexthop via 10.0.3.2");
        lab.ip("first", "-6 route add default nexthop via 2001:db8:2::2 nexthop via 2001:db8:3::2");
        route("upper", "default", 4, 2);
        route("lower", "default", 5, 2);
        lab.ip("upper", "route add 10.0.1.0/24 via 10.0.2.1");
        lab.ip("lower", "route add 10.0.1.0/24 via 10.0.3.1");
        lab.ip("last", "route add 10.0.1.0/24 via 10.0.4.1");
        lab.ip("upper", "-6 route add 2001:db8:1::/64 via 2001:db8:2::1");
        lab.ip("lower", "-6 route add 2001:db8:1::/64 via 2001:db8:3::1");
        lab.ip("last", "-6 route add 2001:db8:1::/64 via 2001:db8:4::1");
    }

    private void link(String a, String b, int net) {
        lab.link(a, List.of("10.0." + net + ".1/24", "2001:db8:" + net + "::1/64"), b,
                List.of("10.0." + net + ".2/24", "2001:db8:" + net + "::2/64"));
    }

    private void route(String from, String to, int net, int host) {
        lab.ip(from, "route add " + to + " via 10.0." + net + "." + host);
        lab.ip(from, "-6 route add " + to + " via 2001:db8:" + net + "::" + host);
    }

    NetworkLab lab() {
        return lab;
    }

    Report trace(String target, Map<String, String> settings) {
        RouteKind kind = new RouteKind();
        return lab.inside("prober",
                () -> kind.prepare(target, Settings.of(kind.settings(), settings)).run(Progress.SILENT));
    }

    @Override
    public void close() {
        lab.close();
    }
}
