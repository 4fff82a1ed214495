package io.sentinelmesh.probe.exchange;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.sentinelmesh.probe.TargetRules;

/**
 * Looks names up by the hosts file and then the name servers. The servers are asked anew each time, so that what is measured is not the memory of an
 * earlier answer; the hosts file is read once in the life of the process, so what is changed there is seen after a restart.
 * Never blocks. Event thread.
 */
public final class NameLookup implements AutoCloseable {

    private static final int DNS_PORT = 53;
    /** Then the next server is asked. */
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_QUERIES = 16;

    private final EventLoop loop;
    private final List<InetSocketAddress> servers;
    private final Map<String, DnsNameResolver> byFamily = new HashMap<>();

    /** What became of a look-up. */
    public sealed interface Looked {

        /** @param addresses at least one, the preferred one first */
        record Found(List<InetAddress> addresses) implements Looked {
            public Found {
                addresses = List.copyOf(addresses);
            }
        }

        record NotFound(String why) implements Looked {
        }
    }

    /** With this host's name servers. */
    public NameLookup(EventLoop loop) {
        // Named here, for Netty would fall back to public servers of its own choice.
        this(loop, ResolvConf.servers().stream().map(server -> new InetSocketAddress(server, DNS_PORT)).toList());
    }

    public NameLookup(EventLoop loop, List<InetSocketAddress> servers) {
        this.loop = loop;
        this.servers = List.copyOf(servers);
    }

    /** @param then is told at once if the host is an address or in the hosts file */
    void lookUp(Destination destination, Consumer<Looked> then) {
        if (destination.found().isPresent()) {
            then.accept(destination.found().orElseThrow());
            return;
        }
        Future<List<InetAddress>> answer;
        try {
            answer = byFamily.computeIfAbsent(destination.family(), this::resolver).resolveAll(destination.host());
        } catch (IllegalArgumentException e) {
            // A label of more than 63 characters and the like.
            then.accept(new Looked.NotFound("it is not a name that can be asked for"));
            return;
        }
        answer.addListener((Future<List<InetAddress>> done) -> then.accept(done.isSuccess()
                ? fit(destination.family(), done.getNow())
                : new Looked.NotFound(reason(done.cause()))));
    }

    static Looked fit(String family, List<InetAddress> addresses) {
        List<InetAddress> usable = addresses.stream()
                .filter(address -> family.equals("any") || family.equals("6") == address instanceof Inet6Address)
                .toList();
        if (usable.isEmpty()) {
            return new Looked.NotFound("it has no IPv" + family + " address");
        }
        if (!TargetRules.isOneHost(usable.getFirst())) {
            return new Looked.NotFound(
                    usable.getFirst().getHostAddress() + " is a multicast, broadcast or unspecified address");
        }
        return new Looked.Found(usable);
    }

    private static String reason(Throwable cause) {
        // The resolver tells every query it made; the cause below says what went wrong.
        String told = String.valueOf(cause.getCause() == null ? cause.getMessage() : cause.getCause().getMessage());
        return told.contains("timed out") || told.contains("timeout")
                ? "no name server answered"
                : "the name service knows no address of it";
    }

    private DnsNameResolver resolver(String family) {
        ResolvedAddressTypes types = switch (family) {
            case "4" -> ResolvedAddressTypes.IPV4_ONLY;
            case "6" -> ResolvedAddressTypes.IPV6_ONLY;
            default -> ResolvedAddressTypes.IPV4_PREFERRED;
        };
        return new DnsNameResolverBuilder(loop).datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers))
                .resolvedAddressTypes(types).queryTimeoutMillis(SERVER_PATIENCE.toMillis())
                .maxQueriesPerResolve(MOST_QUERIES).resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE).build();
    }

    /** Any thread, before the event thread is closed. */
    @Override
    public void close() {
        loop.execute(() -> {
            byFamily.values().forEach(DnsNameResolver::close);
            byFamily.clear();
        });
    }
}
