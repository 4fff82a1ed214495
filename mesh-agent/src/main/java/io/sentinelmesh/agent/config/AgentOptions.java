package io.sentinelmesh.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The flags of the agent's command line. Each wins over its environment variable, which wins over the file. */
public final class AgentOptions {

    @Option(names = "--config", paramLabel = "FILE", description = "YAML configuration file (SENTINEL_AGENT_CONFIG)")
    @Nullable
    Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "where the agent's identity is kept; default: ~/.local/state/sentinel-mesh/NAME"
            + " (SENTINEL_AGENT_DATA_DIR)")
    @Nullable
    String dataDir;

    @Option(names = "--name", description = "what people call this agent; unique in the mesh (SENTINEL_AGENT_NAME)")
    @Nullable
    String name;

    @Option(names = "--site", description = "where it stands; default: its name (SENTINEL_AGENT_SITE)")
    @Nullable
    String site;

    @Option(names = "--address", paramLabel = "IP", description = "where peers send their test packets to; default: the address this host has on the way to the"
            + " aggregator, or a loopback address of its own (SENTINEL_AGENT_ADDRESS)")
    @Nullable
    String address;

    @Option(names = "--advertise", paramLabel = "IP", description = "by which address others reach this host, where that is none of its own (NAT, port forwarding); may be given several"
            + " times, such as once for each family (SENTINEL_AGENT_ADVERTISE, separated by commas)")
    List<String> advertise = new ArrayList<>();

    @Option(names = "--source-address", paramLabel = "IP", description = "where its own test packets come from; default: the kernel chooses"
            + " (SENTINEL_AGENT_SOURCE_ADDRESS)")
    @Nullable
    String sourceAddress;

    @Option(names = "--reflector-port", paramLabel = "PORT", description = "UDP port at which it answers its peers' STAMP test packets; default: 18620, or a free one"
            + " if that is taken; 0: neither answers nor measures by STAMP (SENTINEL_AGENT_REFLECTOR_PORT)")
    @Nullable
    String reflectorPort;

    @Option(names = "--aggregator", paramLabel = "URL", description = "https://HOST:7422, the agents' door of an aggregator; may be given several times; after joining it is known"
            + " (SENTINEL_AGENT_AGGREGATORS, separated by commas)")
    List<String> aggregators = new ArrayList<>();

    @Option(names = "--proxy", paramLabel = "URL", description = "http://HOST:PORT, an HTTP proxy on the way to the aggregator; test packets and membership do not use it"
            + " (SENTINEL_AGENT_PROXY)")
    @Nullable
    String proxy;

    @Option(names = "--proxy-credentials-file", paramLabel = "FILE", description = "file (mode 0600) with USER:PASSWORD for the proxy (SENTINEL_AGENT_PROXY_CREDENTIALS_FILE)")
    @Nullable
    String proxyCredentialsFile;

    @Option(names = "--token-file", paramLabel = "FILE", description = "file (mode 0600) with the join token; with --insecure, with the aggregator's api-token"
            + " (SENTINEL_AGENT_TOKEN_FILE)")
    @Nullable
    String tokenFile;

    @Option(names = "--wrapping-key-file", paramLabel = "FILE", description = "outside the data folder: encrypts the agent's key; made if it is not there; default:"
            + " ~/.config/sentinel-mesh/NAME.key, for root /etc/sentinel-mesh/NAME.key (SENTINEL_AGENT_WRAPPING_KEY_FILE)")
    @Nullable
    String wrappingKeyFile;

    @Option(names = "--seed", paramLabel = "HOST:PORT", description = "a member of the mesh to ask for the others; may be given several times"
            + " (SENTINEL_AGENT_SEEDS, separated by commas)")
    List<String> seeds = new ArrayList<>();

    @Option(names = "--membership-mode", paramLabel = "MODE", description = "how it takes part in the mesh's cluster: auto, member, client or none; default: auto"
            + " (SENTINEL_AGENT_MEMBERSHIP_MODE)")
    @Nullable
    String membershipMode;

    @Option(names = "--member-address", paramLabel = "IP", description = "address of the membership port; default: --address"
            + " (SENTINEL_AGENT_MEMBER_ADDRESS)")
    @Nullable
    String memberAddress;

    @Option(names = "--member-port", paramLabel = "PORT", description = "membership port; default: the aggregator's"
            + " (SENTINEL_AGENT_MEMBER_PORT)")
    @Nullable
    String memberPort;

    @Option(names = "--settings", paramLabel = "FILE", description = "YAML file whose settings win over what the aggregator says, see docs/configuration.md"
            + " (SENTINEL_AGENT_SETTINGS)")
    @Nullable
    String settings;

    @Option(names = "--spool-max-bytes", paramLabel = "SIZE", description = "how much may wait on disk for an aggregator that is away, such as 200MiB or 2GiB; wins over the setting limits.spool-size"
            + " (SENTINEL_AGENT_SPOOL_MAX_BYTES)")
    @Nullable
    String spoolMaxBytes;

    @Option(names = "--spool-max-age", paramLabel = "TIME", description = "how long it may wait, such as 12h or 7d; wins over the setting limits.spool-age (SENTINEL_AGENT_SPOOL_MAX_AGE)")
    @Nullable
    String spoolMaxAge;

    @Option(names = "--host-metrics", paramLabel = "on|off", description = "read CPU, memory, disks and more of this host; wins over the setting host-metrics.enabled"
            + " (SENTINEL_AGENT_HOST_METRICS)")
    @Nullable
    String hostMetrics;

    @Option(names = "--metrics-port", paramLabel = "PORT", description = "where Prometheus may ask for this agent's own figures; default: nowhere"
            + " (SENTINEL_AGENT_METRICS_PORT)")
    @Nullable
    String metricsPort;

    @Option(names = "--metrics-address", paramLabel = "IP", description = "address of --metrics-port; default: 127.0.0.1; another than a loopback address"
            + " only with --insecure (SENTINEL_AGENT_METRICS_ADDRESS)")
    @Nullable
    String metricsAddress;

    @Option(names = "--insecure", description = "no certificate, plain text: --aggregator ws://HOST:7420; for laboratories only (SENTINEL_AGENT_INSECURE=true)")
    boolean insecure;

    /** Those that say which agent is meant. */
    public static AgentOptions naming(@Nullable Path config, @Nullable String dataDir, @Nullable String name) {
        AgentOptions options = new AgentOptions();
        options.config = config;
        options.dataDir = dataDir;
        options.name = name;
        return options;
    }

    /** What was given here, by the names of the settings: what joining remembers. Where a token was is none of it. */
    public Map<String, List<String>> given() {
        Map<String, List<String>> given = new TreeMap<>();
        put(given, "name", name);
        put(given, "site", site);
        put(given, "address", address);
        put(given, "source-address", sourceAddress);
        put(given, "reflector-port", reflectorPort);
        put(given, "member-address", memberAddress);
        put(given, "member-port", memberPort);
        put(given, "proxy", proxy);
        put(given, "proxy-credentials-file",
                proxyCredentialsFile == null ? null : Path.of(proxyCredentialsFile).toAbsolutePath().toString());
        put(given, "settings", settings == null ? null : Path.of(settings).toAbsolutePath().toString());
        put(given, "spool-max-bytes", spoolMaxBytes);
        put(given, "spool-max-age", spoolMaxAge);
        put(given, "config", config == null ? null : config.toAbsolutePath().toString());
        if (!aggregators.isEmpty()) {
            given.put("aggregators", List.copyOf(aggregators));
        }
        if (!advertise.isEmpty()) {
            given.put("advertise", List.copyOf(advertise));
        }
        if (!seeds.isEmpty()) {
            given.put("seeds", List.copyOf(seeds));
        }
        return given;
    }

    private static void put(Map<String, List<String>> given, String key, @Nullable String value) {
        if (value != null) {
            given.put(key, List.of(value));
        }
    }

    /** The aggregators of a command line that names them without an option. */
    public void aggregators(List<String> named) {
        aggregators = new ArrayList<>(named);
    }
}
