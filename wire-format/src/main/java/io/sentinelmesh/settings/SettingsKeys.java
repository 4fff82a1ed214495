package io.sentinelmesh.settings;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Every key there is. A new one is a constant here and a place in {@link #ALL}; docs/configuration.md is checked against this list. */
public final class SettingsKeys {

    public static final Key<Duration> ROUND_LENGTH = new Key<>("rounds.length", Duration.ofSeconds(10),
            Forms.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "how long a round is: what is stored for each pair and round");
    public static final Key<Integer> PACKETS_PER_ROUND = new Key<>("rounds.packets", 10, Forms.number(1, 1_000),
            "test packets to each destination in a round, spread evenly over it");
    public static final Key<Duration> LOSS_THRESHOLD = new Key<>("rounds.loss-threshold", Duration.ofSeconds(1),
            Forms.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            "an unanswered packet counts as lost after this time; not longer than the round");

    public static final Key<Boolean> ECHO = new Key<>("probes.echo", true, Forms.toggle(),
            "measure by ICMP echo, or what stands in for it where the host does not permit that; the live matrix shows it");
    public static final Key<Boolean> STAMP = new Key<>("probes.stamp", true, Forms.toggle(),
            "measure each direction to peers that have a STAMP reflector");

    public static final Key<Integer> FULL_MESH_UP_TO = new Key<>("mesh.full-mesh-up-to", 60, Forms.number(0, 2_000),
            "up to so many agents each measures all others");
    public static final Key<Integer> NEIGHBOURS_IN_SITE = new Key<>("mesh.neighbours-in-site", 16,
            Forms.number(2, 1_000), "beyond that, how many of its own site an agent measures");
    public static final Key<Integer> PAIRS_BETWEEN_SITES = new Key<>("mesh.pairs-between-sites", 2, Forms.number(1, 4),
            "and by how many pairs of agents each ordered pair of sites is measured");
    public static final Key<Duration> ROTATION = new Key<>("mesh.rotation", Duration.ofDays(1),
            Forms.duration(Duration.ZERO, Duration.ofDays(365)),
            "how long those pairs stay the same, in whole multiples of 10m; 0s: for ever");
    public static final Key<Integer> PLANNED_PACKETS = new Key<>("mesh.packets-per-second", 6_000,
            Forms.number(1, 50_000), "what the plan gives one agent to send at most");
    public static final Key<List<MeshRules.Label>> LABELS = new Key<>("mesh.labels", List.of(),
            Forms.list(MeshRules.Label.FORM, 0, 100), "labels that selectors may ask for");
    public static final Key<List<MeshRules.Probes>> PROBES = new Key<>("mesh.probes", List.of(),
            Forms.list(MeshRules.Probes.FORM, 0, 100),
            "which kinds measure which pairs, how often; the first that fits decides");
    public static final Key<List<MeshRules.Endpoint>> ENDPOINTS = new Key<>("mesh.endpoints", List.of(),
            Forms.list(MeshRules.Endpoint.FORM, 0, 5_000),
            "destinations that run no agent, shared out among the agents that fit");

    public static final Key<Boolean> HOST_METRICS = new Key<>("host-metrics.enabled", true, Forms.toggle(),
            "tell how the agent's host is: CPU, memory, disks, interfaces");
    public static final Key<Duration> HOST_METRICS_INTERVAL = new Key<>("host-metrics.interval", Duration.ofSeconds(30),
            Forms.duration(Duration.ofSeconds(10), Duration.ofHours(1)),
            "how often what is cheap to read is read; the rest every 5m, or as often if this is longer");
    public static final Key<List<String>> HOST_METRICS_NAMES = new Key<>("host-metrics.metrics", List.of("*"),
            Forms.list(Forms.word(Pattern.compile("[a-z0-9_.*-]{1,80}"), "a name of the catalogue, * for any letters"),
                    0, 200),
            "which of the catalogue's metrics");
    public static final Key<Integer> TOP_PROCESSES = new Key<>("host-metrics.top-processes", 5, Forms.number(0, 50),
            "how many of the busiest processes are named");

    public static final Key<Boolean> PATHS = new Key<>("paths.enabled", true, Forms.toggle(),
            "trace which way packets take to each destination");
    public static final Key<Duration> PATHS_INTERVAL = new Key<>("paths.interval", Duration.ofMinutes(10),
            Forms.duration(Duration.ofSeconds(10), Duration.ofDays(1)),
            "how often each is traced; one to which something happened sooner, but not more than once a minute");

    public static final Key<Integer> PACKETS_PER_SECOND = new Key<>("limits.packets-per-second", 50_000,
            Forms.number(1, 50_000),
            "test packets that one agent sends at most; what is held back is counted as not sent");
    public static final Key<Long> SPOOL_SIZE = new Key<>("limits.spool-size", 512L << 20,
            Forms.size(1L << 20, 4L << 40), "disk space for results that wait for the aggregator; then the oldest go");
    public static final Key<Duration> SPOOL_AGE = new Key<>("limits.spool-age", Duration.ofDays(7),
            Forms.duration(Duration.ofMinutes(1), Duration.ofDays(366)), "results that waited longer go");

    /** In the order in which people read about them. */
    public static final List<Key<?>> ALL = List.of(ROUND_LENGTH, PACKETS_PER_ROUND, LOSS_THRESHOLD, ECHO, STAMP,
            FULL_MESH_UP_TO, NEIGHBOURS_IN_SITE, PAIRS_BETWEEN_SITES, ROTATION, PLANNED_PACKETS, LABELS, PROBES,
            ENDPOINTS,
            HOST_METRICS, HOST_METRICS_INTERVAL, HOST_METRICS_NAMES, TOP_PROCESSES, PATHS, PATHS_INTERVAL,
            PACKETS_PER_SECOND, SPOOL_SIZE, SPOOL_AGE);

    private SettingsKeys() {
    }
}
