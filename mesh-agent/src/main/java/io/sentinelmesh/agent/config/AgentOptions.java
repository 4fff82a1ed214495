package io.sentinelmesh.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    @Option(names = "--source-address", paramLabel = "IP", description = "where its own test packets come from; default: the kernel chooses"
            + " (SENTINEL_AGENT_SOURCE_ADDRESS)")
    @Nullable
    String sourceAddress;

    @Option(names = "--reflector-port", paramLabel = "PORT", description = "UDP port at which it answers its peers' STAMP test packets; default: 18620, or a free one"
            + " if that is taken; 0: neither answers nor measures by STAMP (SENTINEL_AGENT_REFLECTOR_PORT)")
    @Nullable
    String reflectorPort;

    @Option(names = "--aggregator", paramLabel = "URL", description = "wss://HOST:PORT of an aggregator, or ws:// on this host; may be given several times"
            + " (SENTINEL_AGENT_AGGREGATORS, separated by commas)")
    List<String> aggregators = new ArrayList<>();

    @Option(names = "--aggregator-ca", paramLabel = "FILE", description = "PEM file of the authority that signed the aggregator's certificate; default: the system's"
            + " (SENTINEL_AGENT_AGGREGATOR_CA)")
    @Nullable
    String aggregatorCa;

    @Option(names = "--token-file", paramLabel = "FILE", description = "file (mode 0600) with the token that the aggregator asks for (SENTINEL_AGENT_TOKEN_FILE)")
    @Nullable
    String tokenFile;

    @Option(names = "--seed", paramLabel = "HOST:PORT", description = "a member of the mesh to ask for the others; may be given several times"
            + " (SENTINEL_AGENT_SEEDS, separated by commas)")
    List<String> seeds = new ArrayList<>();

    @Option(names = "--member-address", paramLabel = "IP", description = "address of the membership port; default: --address if that is loopback"
            + " (SENTINEL_AGENT_MEMBER_ADDRESS)")
    @Nullable
    String memberAddress;

    @Option(names = "--member-port", paramLabel = "PORT", description = "membership port; default: the aggregator's port + 1"
            + " (SENTINEL_AGENT_MEMBER_PORT)")
    @Nullable
    String memberPort;

    @Option(names = "--host-metrics", paramLabel = "on|off", description = "read CPU, memory, disks and more of this host; default: on"
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

    @Option(names = "--insecure", description = "allow plain text to other hosts; for laboratories only (SENTINEL_AGENT_INSECURE=true)")
    boolean insecure;
}
