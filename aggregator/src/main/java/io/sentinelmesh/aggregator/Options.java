package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.aggregator.door.DoorSettings;
import io.sentinelmesh.aggregator.identity.OwnHosts;
import io.sentinelmesh.aggregator.identity.TrustSettings;
import io.sentinelmesh.aggregator.membership.MembershipSettings;
import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.StoreConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. Every option may also be given as SENTINEL_AGGREGATOR_… in the environment. */
@Command(name = "aggregator", usageHelpWidth = 110, sortOptions = false, description = "Collects what the agents measure, keeps it, and shows it.", footer = "%nEach option may also stand in the environment: --data-dir as SENTINEL_AGGREGATOR_DATA_DIR, and so on.")
final class Options {

    private static final int HIGHEST_PORT = 65_535;
    /** A hundred years. */
    private static final int MOST_DAYS = 36_500;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where everything is kept. Required; made if it is not there.")
    Optional<Path> dataDir = Optional.empty();

    @Option(names = "--listen", paramLabel = "ADDR", description = "Address for browsers, programs and agents. Default: 127.0.0.1. Any other than loopback needs TLS.")
    Optional<String> listen = Optional.empty();

    @Option(names = "--port", paramLabel = "P", description = "Its port. Default: 7420. 0 takes a free one.")
    Optional<Integer> port = Optional.empty();

    @Option(names = "--agent-port", paramLabel = "P", description = "Port for agents at the same address: to join, to renew, to send. Always TLS with the mesh's own certificates; the only one that agents need. Default: --port plus 2.")
    Optional<Integer> agentPort = Optional.empty();

    @Option(names = "--agent-host", paramLabel = "HOST", split = ",", description = "Name or address by which agents reach this aggregator, for its certificate. Those of this host are in it anyway; needed behind NAT or for a name in the DNS. May be repeated.")
    List<String> agentHosts = new ArrayList<>();

    @Option(names = "--ca-cert", paramLabel = "FILE", description = "Certificate (PEM) of an authority of your own that certifies the agents. Default: the mesh's own, made at the first start.")
    Optional<Path> authority = Optional.empty();

    @Option(names = "--ca-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8).")
    Optional<Path> authorityKey = Optional.empty();

    @Option(names = "--db-url", paramLabel = "URL", description = "PostgreSQL or TimescaleDB, such as postgresql://user@host/db. Default: an embedded PostgreSQL in the data folder. A password is better given in the environment than here, where every user of this host can read it.")
    Optional<String> databaseUrl = Optional.empty();

    @Option(names = "--retention-raw", paramLabel = "DAYS", description = "How long every round is kept, and how old a backlog may be. Default: 7.")
    Optional<Integer> rawDays = Optional.empty();

    @Option(names = "--retention-minutes", paramLabel = "DAYS", description = "How long summaries by the minute are kept; not less than rounds. Default: 90.")
    Optional<Integer> minuteDays = Optional.empty();

    @Option(names = "--retention-hours", paramLabel = "DAYS", description = "How long summaries by the hour are kept; not less than minutes. Default: 730.")
    Optional<Integer> hourDays = Optional.empty();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate (PEM).")
    Optional<Path> certificate = Optional.empty();

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8).")
    Optional<Path> key = Optional.empty();

    @Option(names = "--member-address", paramLabel = "ADDR", description = "Address where agents find one another. Default: as --listen.")
    Optional<String> memberAddress = Optional.empty();

    @Option(names = "--member-port", paramLabel = "P", description = "Its port. Default: --port plus 1.")
    Optional<Integer> memberPort = Optional.empty();

    @Option(names = "--seed", paramLabel = "HOST:PORT", split = ",", description = "Another member of the mesh to join. May be repeated.")
    List<String> seeds = new ArrayList<>();

    @Option(names = "--insecure", description = "Do without TLS where it would be required. For a closed test network only.")
    boolean insecure;

    @Option(names = "--version", description = "Print the version and exit.")
    boolean version;

    @Option(names = "--help", description = "Print this and exit.")
    boolean help;

    /** Everything that can be wrong with it, before anything is started. */
    AggregatorSettings check(Map<String, String> environment) {
        boolean waived = insecure || flag(environment, "--insecure");
        Path data = checkedDataDir();
        ListenSettings listening = checkedListen(waived);
        MembershipSettings membership = checkedMembership(data, listening);
        Listeners listeners = new Listeners(listening, checkedDoor(listening), membership.port(), waived);
        return new AggregatorSettings(data, listeners, checkedTrust(data, listening), checkedStore(data), membership,
                waived);
    }

    private static boolean flag(Map<String, String> environment, String option) {
        String name = Environment.nameOf(option);
        return switch (environment.getOrDefault(name, "false")) {
            case "true", "1" -> true;
            case "false", "0", "" -> false;
            default -> throw StartupException.badInput(name + " must be true or false");
        };
    }

    private Path checkedDataDir() {
        if (dataDir.isEmpty()) {
            throw StartupException.badInput("--data-dir is missing: name a folder where everything is kept");
        }
        Path dir = dataDir.get().toAbsolutePath().normalize();
        try {
            if (Files.notExists(dir)) {
                Files.createDirectories(dir,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            // The mode bits say little for root or on a read-only file system; an attempt says it all.
            Files.delete(Files.createTempFile(dir, ".write-test", ""));
        } catch (IOException refused) {
            throw StartupException.badInput("the data folder " + dir + " cannot be written (" + refused
                    + "): name another with --data-dir, or give this user the right to write there");
        }
        return dir;
    }

    private ListenSettings checkedListen(boolean waived) {
        if (certificate.isPresent() != key.isPresent()) {
            throw StartupException.badInput("--tls-cert and --tls-key belong together: give both or neither");
        }
        Optional<ListenSettings.TlsFiles> tls = certificate
                .map(file -> new ListenSettings.TlsFiles(readable("--tls-cert", file),
                        readable("--tls-key", key.orElseThrow())));
        String address = listen.orElse("127.0.0.1").strip();
        ListenSettings settings = new ListenSettings(address.equals("localhost") ? "127.0.0.1" : address,
                checkedPort("--port", port.orElse(7420)), tls);
        if (!settings.loopback() && tls.isEmpty() && !waived) {
            throw StartupException.badInput("--listen " + address + " can be reached from other hosts, so it needs "
                    + "--tls-cert and --tls-key; in a closed test network --insecure does without");
        }
        return settings;
    }

    private DoorSettings checkedDoor(ListenSettings listening) {
        int usual = listening.port() == 0 ? 0 : listening.port() + 2;
        int door = checkedPort("--agent-port", agentPort.orElse(usual));
        if (door != 0 && door == listening.port()) {
            throw StartupException
                    .badInput("--agent-port and --port must differ: agents and browsers need a port each");
        }
        return new DoorSettings(listening.address(), door);
    }

    private TrustSettings checkedTrust(Path data, ListenSettings listening) {
        if (authority.isPresent() != authorityKey.isPresent()) {
            throw StartupException.badInput("--ca-cert and --ca-key belong together: give both or neither");
        }
        for (String host : agentHosts) {
            if (!host.matches("[A-Za-z0-9_.:%-]{1,253}")) {
                throw StartupException.badInput("--agent-host must be a name or an address without a port, such as "
                        + "mesh.example.net or 192.0.2.7, not '" + host + "'");
            }
        }
        Optional<TrustSettings.GivenAuthority> given = authority
                .map(file -> new TrustSettings.GivenAuthority(readable("--ca-cert", file),
                        readable("--ca-key", authorityKey.orElseThrow())));
        return TrustSettings.in(data, given, OwnHosts.of(listening.address(), agentHosts));
    }

    private static Path readable(String option, Path file) {
        if (!Files.isReadable(file)) {
            throw StartupException.badInput(option + ": the file " + file + " is not there or may not be read");
        }
        return file;
    }

    private static int checkedPort(String option, int port) {
        if (port < 0 || port > HIGHEST_PORT) {
            throw StartupException.badInput(option + " must be 1 to 65535 (or 0 for a free one), not " + port);
        }
        return port;
    }

    private StoreConfig checkedStore(Path data) {
        Retention retention = checkedRetention();
        if (databaseUrl.isEmpty()) {
            return StoreConfig.embedded(data.resolve("postgres")).withRetention(retention);
        }
        try {
            return StoreConfig.server(DatabaseAddress.parse(databaseUrl.get())).withRetention(retention);
        } catch (IllegalArgumentException noUrl) {
            throw StartupException.badInput("--db-url: " + noUrl.getMessage());
        }
    }

    private Retention checkedRetention() {
        try {
            return new Retention(days(rawDays, Retention.DEFAULT.raw()), days(minuteDays, Retention.DEFAULT.minutes()),
                    days(hourDays, Retention.DEFAULT.hours()));
        } catch (IllegalArgumentException contradiction) {
            throw StartupException.badInput(
                    "--retention-raw, --retention-minutes, --retention-hours: " + contradiction.getMessage());
        }
    }

    private static Duration days(Optional<Integer> given, Duration usual) {
        return given.map(days -> Duration.ofDays(Math.min(days, MOST_DAYS))).orElse(usual);
    }

    private MembershipSettings checkedMembership(Path data, ListenSettings listening) {
        String address = memberAddress.orElse(listening.address()).strip();
        if (address.equals("0.0.0.0") || address.equals("::") || address.equals("[::]")) {
            throw StartupException.badInput("the mesh membership needs one address that other members can reach, not "
                    + address + ": give it with --member-address");
        }
        int usualPort = listening.port() == 0 ? 0 : listening.port() + 1;
        for (String seed : seeds) {
            if (!seed.matches("[^:\\s]+:\\d{1,5}|\\[[0-9a-fA-F:.]+]:\\d{1,5}")) {
                throw StartupException.badInput("--seed must be HOST:PORT such as 192.0.2.7:7421, not '" + seed + "'");
            }
        }
        return new MembershipSettings(address, checkedPort("--member-port", memberPort.orElse(usualPort)), seeds,
                data.resolve("members"));
    }
}
