package io.sentinelmesh.probe.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.sentinelmesh.measurement.RefusalReason;

/**
 * A route as a file says it. Each line begins with a hop limit and tells who stands there:
 *
 * <pre>
 * 1 192.0.2.1 1ms                                  a router, and the round trip to it
 * 2 per-flow 192.0.2.2 192.0.2.3 2ms               a balancer before it: flows in turn go by the one and the other
 * 2 per-packet 192.0.2.2 192.0.2.3 2ms             the same, for each packet anew
 * 2 per-flow 192.0.2.2 dead:192.0.2.3 2ms          this one answers for itself but passes nothing on
 * 2 per-flow 192.0.2.2 dead 2ms                    this one does not even that
 * 3 silent                                         passes packets on and never answers
 * 4 192.0.2.9 4ms burst=2                          answers so many at once, then one a second
 * 4 192.0.2.9 4ms burst=2 empty                  the same, and has just given its last
 * 4 192.0.2.9 4ms brief                            quotes too little of the packet to tell which one it was
 * 5 refuses host-unreachable 192.0.2.10 5ms        lets nothing through
 * 5 destination 198.51.100.1 6ms
 * loop 3 4                                         packets go round between these hops
 * nat 203.0.113.7 from 3                           all answers from there on come from this address
 * flows 4 | timeout 1s | retries 3 | expected-hops 5
 * expect …                                         see RouteFilesTest
 * </pre>
 */
final class RouteFile {

    static final int DEFAULT_FLOWS = 4;

    /** Who stands at a hop limit. */
    record Hop(Choice choice, List<Router> routers, Duration roundTrip, int burst, boolean empty, boolean brief,
            Role role) {
    }

    enum Choice {
        PER_FLOW, PER_PACKET
    }

    /** @param address empty for one that never answers */
    record Router(Optional<InetAddress> address, boolean passesOn) {
    }

    sealed interface Role {
        record Passing() implements Role {
        }

        record Target() implements Role {
        }

        record Refusing(RefusalReason reason) implements Role {
        }
    }

    private final Map<Integer, Hop> hops = new TreeMap<>();
    private final Map<String, String> settings = new TreeMap<>();
    private final List<String> expectations = new ArrayList<>();
    private InetAddress target = InetAddress.ofLiteral("198.51.100.1");

    RouteFile(Path file) {
        try {
            for (String line : Files.readAllLines(file)) {
                String text = line.replaceFirst("#.*", "").strip();
                if (!text.isEmpty()) {
                    read(List.of(text.split("\\s+")), text);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(List<String> words, String text) {
        String first = words.getFirst();
        if (first.equals("expect")) {
            expectations.add(text.substring("expect".length()).strip());
        } else if (first.matches("[0-9]+")) {
            hops.put(Integer.parseInt(first), hop(words.subList(1, words.size())));
        } else {
            settings.put(first, text.substring(first.length()).strip());
        }
    }

    private Hop hop(List<String> words) {
        Choice choice = words.contains("per-packet") ? Choice.PER_PACKET : Choice.PER_FLOW;
        List<Router> routers = new ArrayList<>();
        Duration roundTrip = Duration.ofMillis(1);
        int burst = Integer.MAX_VALUE;
        Role role = new Role.Passing();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("destination")) {
                role = new Role.Target();
            } else if (word.equals("refuses")) {
                role = new Role.Refusing(
                        RefusalReason.valueOf(words.get(++i).toUpperCase(Locale.ROOT).replace('-', '_')));
            } else if (word.equals("silent")) {
                routers.add(new Router(Optional.empty(), true));
            } else if (word.equals("dead")) {
                routers.add(new Router(Optional.empty(), false));
            } else if (word.startsWith("dead:")) {
                routers.add(new Router(Optional.of(InetAddress.ofLiteral(word.substring(5))), false));
            } else if (word.startsWith("burst=")) {
                burst = Integer.parseInt(word.substring(6));
            } else if (word.endsWith("ms")) {
                roundTrip = Duration.ofMillis(Long.parseLong(word.substring(0, word.length() - 2)));
            } else if (word.contains(".") || word.contains(":")) {
                routers.add(new Router(Optional.of(InetAddress.ofLiteral(word)), true));
            } else if (!List.of("per-flow", "per-packet", "brief", "empty").contains(word)) {
                throw new IllegalArgumentException("unknown word in a route file: " + word);
            }
        }
        if (role instanceof Role.Target) {
            target = routers.getFirst().address().orElseThrow();
        }
        return new Hop(choice, routers, roundTrip, burst, words.contains("empty"), words.contains("brief"), role);
    }

    /** Who stands where packets with this hop limit end; loops are unrolled. */
    Optional<Hop> hop(int hopLimit) {
        return setting("loop").map(loop -> {
            int from = Integer.parseInt(loop.split(" ")[0]);
            int to = Integer.parseInt(loop.split(" ")[1]);
            return hopLimit <= to ? hopLimit : from + (hopLimit - from) % (to - from + 1);
        }).or(() -> Optional.of(hopLimit)).map(hops::get);
    }

    /** The address that an answer from there bears. */
    InetAddress seenAs(InetAddress router, int hopLimit) {
        return setting("nat").filter(nat -> hopLimit >= Integer.parseInt(nat.split(" ")[2]))
                .map(nat -> InetAddress.ofLiteral(nat.split(" ")[0])).orElse(router);
    }

    TraceRequest request() {
        int flows = setting("flows").map(Integer::parseInt).orElse(DEFAULT_FLOWS);
        return new TraceRequest(flows, 30, setting("expected-hops").map(Integer::parseInt).orElse(0),
                Duration.ofSeconds(1), setting("retries").map(Integer::parseInt).orElse(3));
    }

    InetAddress target() {
        return target;
    }

    List<String> expectations() {
        return expectations;
    }

    private Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }
}
