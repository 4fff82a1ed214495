package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.probe.TargetRules;
import io.sentinelmesh.settings.Key;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;
import io.sentinelmesh.settings.SettingsKeys;

/** Flags over environment over file over default, checked as a whole before anything starts. */
public final class AgentConfigReader {

    private static final String ENV = "SENTINEL_AGENT_";

    private final AgentOptions flags;
    private final Map<String, String> environment;
    private final OwnPlaces places;
    private final Optional<String> usualName;
    private final ConfigFile file;
    private final String filePlace;
    private final Path dataDir;
    private final Joined joined;

    private AgentConfigReader(AgentOptions flags, Map<String, String> environment,
            Optional<String> usualName) {
        this.flags = flags;
        this.environment = environment;
        this.usualName = usualName;
        this.places = new OwnPlaces(environment);
        Optional<Path> named = Optional.ofNullable(flags.config)
                .or(() -> Optional.ofNullable(environment.get(ENV + "CONFIG")).map(Path::of));
        ConfigFile given = named.map(ConfigFile::read).orElseGet(ConfigFile::new);
        this.dataDir = dataDir(given);
        this.joined = Joined.in(dataDir);
        Optional<Path> path = named.or(() -> joined.one("config").map(Path::of));
        this.file = named.isPresent() ? given : path.map(ConfigFile::read).orElse(given);
        this.filePlace = path.map(Path::toString).orElse("the configuration file");
    }

    /**
     * @throws ConfigException with the place and the remedy
     */
    public static AgentConfig read(AgentOptions flags, Map<String, String> environment) {
        return new AgentConfigReader(flags, environment, Optional.empty()).read();
    }

    /**
     * For joining, where the name may be left out.
     *
     * @param usualName if neither a setting nor an earlier joining names it
     */
    public static AgentConfig readToJoin(AgentOptions flags, Map<String, String> environment, String usualName) {
        return new AgentConfigReader(flags, environment, Optional.of(usualName)).read();
    }

    /**
     * Only where an agent's data folder is; nothing else is looked at.
     *
     * @throws ConfigException if that is not clear
     */
    public static Path dataFolder(AgentOptions flags, Map<String, String> environment) {
        return new AgentConfigReader(flags, environment, Optional.empty()).dataDir;
    }

    /** Settled first: what joining left is in it. */
    private Path dataDir(ConfigFile given) {
        Optional<Path> said = Optional.ofNullable(flags.dataDir)
                .or(() -> Optional.ofNullable(environment.get(ENV + "DATA_DIR")).filter(text -> !text.isBlank()))
                .or(() -> Optional.ofNullable(given.dataDir)).map(Path::of);
        Optional<String> name = Optional.ofNullable(flags.name)
                .or(() -> Optional.ofNullable(environment.get(ENV + "NAME")).filter(text -> !text.isBlank()))
                .or(() -> Optional.ofNullable(given.name));
        return said.or(() -> name.or(() -> usualName).map(places::dataFolder)).or(places::dataFolderOfTheOnly)
                .orElseThrow(() -> new ConfigException("no agent has joined a mesh from here: `sentinel agent join"
                        + " https://HOST:7422 --token-file FILE` does; or name the folder of one that has with"
                        + " --data-dir or its name with --name, " + variable("name")
                        + " or \"name\" in the configuration file"));
    }

    private AgentConfig read() {
        Setting name = setting("name", flags.name, file.name)
                .or(() -> usualName.map(usual -> new Setting(usual, "this host's name (choose another with --name)")))
                .orElseThrow(() -> new ConfigException(
                        "\"name\" is missing: give --name fra-1, the variable " + variable("name")
                                + " or \"name\" in the configuration file, or join a mesh with `sentinel agent join`"));
        Optional<Setting> givenSite = setting("site", flags.site, file.site);
        Setting site = givenSite.orElse(name);
        boolean insecure = flags.insecure || "true".equalsIgnoreCase(environment.getOrDefault(ENV + "INSECURE", ""))
                || Boolean.TRUE.equals(file.insecure);
        List<URI> aggregators = aggregators(insecure);
        Setting addressText = setting("address", flags.address, file.address)
                .orElseGet(() -> new Setting(ownAddress(name.value(), aggregators.getFirst()), "--address"));
        InetAddress address = literal(addressText);
        if (!TargetRules.isOneHost(address)) {
            throw new ConfigException(addressText.place() + ": peers cannot send to " + addressText.value()
                    + ", which is not the address of one host; `ip address` lists this host's");
        }
        try {
            new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name.value(), site.value(), addressText.value());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name.place() + ": " + e.getMessage(), e);
        }
        return new AgentConfig(name.value(), site.value(), givenSite.filter(this::isOfToday).isPresent(), address,
                setting("source-address", flags.sourceAddress, file.sourceAddress).map(AgentConfigReader::literal),
                reflectorPort(), dataDir, aggregators,
                setting("token-file", flags.tokenFile, file.tokenFile).map(s -> Path.of(s.value())),
                setting("wrapping-key-file", flags.wrappingKeyFile, file.wrappingKeyFile)
                        .map(s -> Path.of(s.value()).toAbsolutePath())
                        .orElseGet(() -> places.wrappingKeyFile(name.value())),
                insecure,
                membership(address, aggregators.getFirst()), endpoints(),
                pins(), metrics(insecure), proxy());
    }

    private ProxySettings proxy() {
        Optional<Setting> credentials = setting("proxy-credentials-file", flags.proxyCredentialsFile,
                file.proxyCredentialsFile);
        return setting("proxy", flags.proxy, file.proxy)
                .<ProxySettings>map(given -> proxy(given, credentials.map(
                        where -> new SecretFile(Path.of(where.value()).toAbsolutePath(), "proxy's credentials file"))))
                .orElseGet(ProxySettings.None::new);
    }

    private static ProxySettings.Http proxy(Setting setting, Optional<SecretFile> credentials) {
        URI uri;
        try {
            uri = new URI(setting.value());
        } catch (URISyntaxException e) {
            throw new ConfigException(setting.place() + ": write a proxy as http://HOST:PORT", e);
        }
        if (uri.getRawUserInfo() != null || setting.value().contains("@")) {
            // Not repeated: it may be a password.
            throw new ConfigException(
                    setting.place() + ": a proxy's user and password do not belong into its URL, where"
                            + " others can read them: put USER:PASSWORD into a file of mode 0600 and name that with"
                            + " --proxy-credentials-file");
        }
        boolean more = (uri.getPath() != null && uri.getPath().length() > 1) || uri.getQuery() != null
                || uri.getFragment() != null;
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || more || uri.getPort() < 1
                || uri.getPort() > 65_535) {
            throw new ConfigException(
                    setting.place() + ": write a proxy as http://HOST:PORT, not '" + setting.value() + "'");
        }
        ProxySettings.Http proxy = new ProxySettings.Http(uri.getHost(), uri.getPort(), credentials);
        // Before anything starts: the link would only log it, again and again.
        Optional<ProxySettings.Credentials> _ = proxy.readCredentials();
        return proxy;
    }

    private List<URI> aggregators(boolean insecure) {
        List<Setting> given = list("aggregators", "--aggregator", flags.aggregators, file.aggregators);
        if (given.isEmpty()) {
            throw new ConfigException("no aggregator to report to: join a mesh with `sentinel agent join"
                    + " https://HOST:7422 --token-file FILE`, which remembers it");
        }
        if (given.size() > AgentConfig.MAX_AGGREGATORS) {
            throw new ConfigException(given.getFirst().place() + ": at most " + AgentConfig.MAX_AGGREGATORS
                    + " aggregators, not " + given.size());
        }
        List<URI> uris = new ArrayList<>();
        for (Setting setting : given) {
            uris.add(aggregator(setting, insecure));
        }
        return uris;
    }

    private static URI aggregator(Setting setting, boolean insecure) {
        URI uri;
        try {
            uri = new URI(setting.value());
        } catch (URISyntaxException e) {
            throw new ConfigException(setting.place() + ": not a URL: '" + setting.value() + "'", e);
        }
        String scheme = String.valueOf(uri.getScheme());
        boolean door = scheme.equals("https") || scheme.equals("wss");
        boolean plain = scheme.equals("http") || scheme.equals("ws");
        boolean more = (uri.getPath() != null && uri.getPath().length() > 1) || uri.getUserInfo() != null
                || uri.getQuery() != null || uri.getFragment() != null;
        if (!(door || plain) || uri.getHost() == null || more || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new ConfigException(setting.place() + ": write an aggregator as https://HOST:PORT, not '"
                    + setting.value() + "'");
        }
        if (plain && !insecure) {
            throw new ConfigException(setting.place() + ": " + setting.value()
                    + " would be plain text, and nobody would"
                    + " know who is who: use https:// with the port of the agents' door, or --insecure in a laboratory");
        }
        return URI.create((door ? "wss://" : "ws://") + uri.getRawAuthority());
    }

    /** On one host with the aggregator, a loopback address of its own, so that several agents fit; else where replies to it would go. */
    private static String ownAddress(String name, URI aggregator) {
        if (isLoopback(aggregator.getHost())) {
            int hash = name.hashCode();
            return "127.0." + (64 + Math.floorMod(hash >> 8, 64)) + "." + (1 + Math.floorMod(hash, 254));
        }
        try (DatagramChannel unsent = DatagramChannel.open()) {
            // Connecting a datagram socket sends nothing; it asks the routing table.
            unsent.connect(new InetSocketAddress(aggregator.getHost(), AgentConfig.port(aggregator)));
            return ((InetSocketAddress) unsent.getLocalAddress()).getAddress().getHostAddress();
        } catch (IOException | UnresolvedAddressException e) {
            throw new ConfigException("cannot tell this agent's own address, as there is no way to "
                    + aggregator.getHost() + " at present: give it with --address 192.0.2.10", e);
        }
    }

    private OptionalInt reflectorPort() {
        Optional<Setting> given = setting("reflector-port", flags.reflectorPort,
                file.reflectorPort == null ? null : file.reflectorPort.toString());
        if (given.isEmpty()) {
            return OptionalInt.empty();
        }
        Setting setting = given.get();
        return OptionalInt.of(setting.value().strip().equals("0") ? 0 : port(setting));
    }

    /** An aggregator's ports follow one another: page, members, agents' door. */
    private static int usualMemberPort(URI aggregator) {
        int port = AgentConfig.port(aggregator);
        return Math.clamp(AgentConfig.isDoor(aggregator) ? port - 1L : port + 1L, 1, 65_535);
    }

    private AgentConfig.Membership membership(InetAddress address, URI aggregator) {
        ConfigFile.Membership section = Optional.ofNullable(file.membership)
                .orElse(new ConfigFile.Membership());
        Optional<Setting> own = setting("member-address", flags.memberAddress, section.address);
        InetAddress memberAddress = own.map(AgentConfigReader::literal).orElse(address);
        int port = setting("member-port", flags.memberPort, section.port == null ? null : section.port.toString())
                .map(AgentConfigReader::port)
                .orElseGet(() -> joined.one(Joined.AGGREGATOR_MEMBER_PORT).map(Integer::valueOf)
                        .orElseGet(() -> usualMemberPort(aggregator)));
        List<Setting> seeds = list("seeds", "--seed", flags.seeds, section.seeds);
        if (seeds.size() > AgentConfig.MAX_SEEDS) {
            throw new ConfigException(
                    seeds.getFirst().place() + ": at most " + AgentConfig.MAX_SEEDS + " seeds, not " + seeds.size());
        }
        List<InetSocketAddress> asked = seeds.isEmpty()
                ? List.of(InetSocketAddress.createUnresolved(aggregator.getHost(), port))
                : seeds.stream().map(AgentConfigReader::hostAndPort).toList();
        return new AgentConfig.Membership(mode(section), memberAddress, port, asked, advertised());
    }

    private List<InetAddress> advertised() {
        List<Setting> given = list("advertise", "--advertise", flags.advertise, file.advertise);
        if (given.size() > AgentConfig.MAX_ADVERTISED) {
            throw new ConfigException(given.getFirst().place() + ": at most " + AgentConfig.MAX_ADVERTISED
                    + " advertised addresses, not " + given.size());
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (Setting setting : given) {
            InetAddress address = literal(setting);
            if (!TargetRules.isOneHost(address)) {
                throw new ConfigException(setting.place() + ": peers cannot send to " + setting.value()
                        + ", which is not the address of one host");
            }
            addresses.add(address);
        }
        return addresses;
    }

    private MembershipMode mode(ConfigFile.Membership section) {
        return setting("membership-mode", flags.membershipMode, section.mode)
                .map(given -> MembershipMode.parse(given.value()).orElseThrow(() -> new ConfigException(given.place()
                        + ": the membership's mode is one of " + MembershipMode.all() + ", not '" + given.value()
                        + "'")))
                .orElse(MembershipMode.AUTO);
    }

    /** What is given by flag, environment or configuration file wins over the file of pins, and like it over the aggregator. */
    private SettingsDocument pins() {
        ConfigFile.Spool spool = Optional.ofNullable(file.spool).orElse(new ConfigFile.Spool());
        SettingsDocument pins = setting("settings", flags.settings, file.settings)
                .map(given -> PinsFile.read(given.place(), Path.of(given.value()))).orElse(SettingsDocument.EMPTY);
        pins = pin(pins, SettingsKeys.SPOOL_SIZE, setting("spool-max-bytes", flags.spoolMaxBytes, spool.maxBytes));
        pins = pin(pins, SettingsKeys.SPOOL_AGE, setting("spool-max-age", flags.spoolMaxAge, spool.maxAge));
        return pin(pins, SettingsKeys.HOST_METRICS, setting("host-metrics", flags.hostMetrics, file.hostMetrics)
                .map(given -> new Setting(onOrOff(given), given.place())));
    }

    private static SettingsDocument pin(SettingsDocument pins, Key<?> key, Optional<Setting> given) {
        try {
            return given.isEmpty() ? pins : pins.with(key, given.get().value().strip());
        } catch (SettingsException e) {
            throw new ConfigException(
                    given.map(Setting::place).orElse("") + ": " + e.faults().getFirst().message(), e);
        }
    }

    private Optional<InetSocketAddress> metrics(boolean insecure) {
        ConfigFile.Metrics section = Optional.ofNullable(file.metrics).orElse(new ConfigFile.Metrics());
        Optional<Setting> port = setting("metrics-port", flags.metricsPort,
                section.port == null ? null : section.port.toString())
                .filter(given -> !given.value().strip().equals("0"));
        Optional<Setting> address = setting("metrics-address", flags.metricsAddress, section.address);
        InetAddress at = address.map(AgentConfigReader::literal).orElse(InetAddress.getLoopbackAddress());
        if (!at.isLoopbackAddress() && !insecure) {
            throw new ConfigException(address.map(Setting::place).orElse("--metrics-address") + ": "
                    + at.getHostAddress() + " would show this agent's figures to other hosts in plain text: keep it"
                    + " on 127.0.0.1, or allow it with --insecure");
        }
        return port.map(given -> new InetSocketAddress(at, port(given)));
    }

    /** As settings write it. */
    private static String onOrOff(Setting setting) {
        return switch (setting.value().strip()) {
            // YAML reads a bare on or off as a truth value.
            case "on", "true" -> "true";
            case "off", "false" -> "false";
            default -> throw new ConfigException(
                    setting.place() + ": write on or off, not '" + setting.value() + "'");
        };
    }

    private List<MeshNode> endpoints() {
        List<MeshNode> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<ConfigFile.Endpoint> given = Optional.ofNullable(file.endpoints).orElse(List.of());
        if (given.size() > AgentConfig.MAX_ENDPOINTS) {
            throw new ConfigException(
                    filePlace + ": at most " + AgentConfig.MAX_ENDPOINTS + " endpoints, not " + given.size());
        }
        for (int i = 0; i < given.size(); i++) {
            ConfigFile.Endpoint endpoint = given.get(i);
            String place = filePlace + ": endpoints[" + i + "]";
            String name = Optional.ofNullable(endpoint.name)
                    .orElseThrow(() -> new ConfigException(place + ": \"name\" is missing"));
            String address = Optional.ofNullable(endpoint.address)
                    .orElseThrow(() -> new ConfigException(place + ": \"address\" is missing"));
            if (!names.add(name)) {
                throw new ConfigException(place + ": the name '" + name + "' is used twice");
            }
            try {
                nodes.add(new MeshNode(NodeId.ofEndpoint(name, address), MeshNode.Role.ENDPOINT, name,
                        Optional.ofNullable(endpoint.site).orElse(name), address));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(place + ": " + e.getMessage(), e);
            }
        }
        return nodes;
    }

    /** A value and where it came from, for messages. */
    private record Setting(String value, String place) {
    }

    /** Given now, and not only remembered. */
    private boolean isOfToday(Setting setting) {
        return !setting.place().equals(placeOfJoined());
    }

    private String placeOfJoined() {
        return dataDir.resolve(Joined.FILE).toString();
    }

    private Optional<Setting> setting(String key, @Nullable String flag, @Nullable String fromFile) {
        if (flag != null) {
            return Optional.of(new Setting(flag, "--" + key));
        }
        String fromEnvironment = environment.get(variable(key));
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return Optional.of(new Setting(fromEnvironment, variable(key)));
        }
        return Optional.ofNullable(fromFile).map(value -> new Setting(value, filePlace + ": \"" + key + "\""))
                .or(() -> joined.one(key).map(value -> new Setting(value, placeOfJoined())));
    }

    private List<Setting> list(String key, String flagName, List<String> flag, @Nullable List<String> fromFile) {
        if (!flag.isEmpty()) {
            return flag.stream().map(value -> new Setting(value, flagName)).toList();
        }
        String fromEnvironment = environment.get(variable(key));
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return List.of(fromEnvironment.split(",", -1))
                    .stream()
                    .map(value -> new Setting(value.strip(), variable(key)))
                    .toList();
        }
        if (fromFile == null) {
            return joined.all(key).stream().map(value -> new Setting(value, placeOfJoined())).toList();
        }
        return fromFile.stream().map(value -> new Setting(value, filePlace + ": \"" + key + "\"")).toList();
    }

    private static String variable(String key) {
        return ENV + key.replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }

    private static InetAddress literal(Setting setting) {
        try {
            return InetAddress.ofLiteral(setting.value());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    setting.place() + ": write an IP address such as 192.0.2.10 or 2001:db8::10, not '"
                            + setting.value() + "'",
                    e);
        }
    }

    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return InetAddress.ofLiteral(bare).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(Setting setting) {
        try {
            int port = Integer.parseInt(setting.value());
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new ConfigException(setting.place() + ": not a port number: '" + setting.value() + "'", e);
        }
        throw new ConfigException(setting.place() + ": a port lies between 1 and 65535, not " + setting.value());
    }

    private static InetSocketAddress hostAndPort(Setting setting) {
        String text = setting.value();
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[") && colon > 2 && text.charAt(colon - 1) == ']';
        boolean plain = text.indexOf(':') == colon && !text.startsWith("[");
        if (colon < 1 || !(bracketed || plain)) {
            throw new ConfigException(
                    setting.place() + ": write a seed as HOST:PORT or [IPV6]:PORT, not '" + text + "'");
        }
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        return InetSocketAddress.createUnresolved(host,
                port(new Setting(text.substring(colon + 1), setting.place())));
    }
}
