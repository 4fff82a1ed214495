package io.sentinelmesh.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.settings.Selector;
import io.sentinelmesh.settings.Settings;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsKeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import picocli.CommandLine;

class AgentConfigReaderTest {

    private static final String COMPLETE = """
            name: fra-1
            site: fra
            address: 127.0.0.11
            data-dir: /var/lib/sentinel-mesh
            aggregators: [https://mesh.example:7422]
            membership:
              port: 7500
              seeds: [mesh.example:7421, "[2001:db8::1]:7421"]
            endpoints:
              - name: web
                address: www.example
            """;

    @TempDir
    private Path folder;
    private Path file;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(folder.resolve("agent.yaml"), COMPLETE);
    }

    @Test
    void hosts_are_read_unless_that_is_turned_off_and_own_figures_are_nowhere_unless_wanted() {
        assertThat(settled().get(SettingsKeys.HOST_METRICS)).isTrue();
        assertThat(read().metrics()).isEmpty();

        environment.put("SENTINEL_AGENT_HOST_METRICS", "off");
        environment.put("SENTINEL_AGENT_METRICS_PORT", "0");
        assertThat(settled().get(SettingsKeys.HOST_METRICS)).isFalse();
        assertThat(settled().pinned()).containsExactly(SettingsKeys.HOST_METRICS);
        assertThat(read().metrics()).isEmpty();
    }

    @Test
    void own_figures_are_shown_on_loopback() throws Exception {
        Files.writeString(file, COMPLETE + "host-metrics: off\nmetrics:\n  port: 9464\n");

        assertThat(settled().get(SettingsKeys.HOST_METRICS)).isFalse();
        assertThat(read().metrics()).contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9464));
    }

    @Test
    void own_figures_are_shown_to_other_hosts_only_if_that_is_said() throws Exception {
        Files.writeString(file, COMPLETE + "metrics:\n  address: 192.0.2.10\n  port: 9464\n");
        assertThatThrownBy(this::read).isInstanceOf(ConfigException.class).hasMessageContaining("metrics-address")
                .hasMessageContaining("--insecure");

        environment.put("SENTINEL_AGENT_INSECURE", "true");
        assertThat(read().metrics())
                .contains(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.10"), 9464));
    }

    @Test
    void a_proxy_is_named_by_url_and_its_password_by_a_file() throws Exception {
        Path secret = Files.writeString(folder.resolve("proxy-secret"), "otto:geh:eim\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

        assertThat(read().proxy()).isEqualTo(new ProxySettings.None());
        ProxySettings.Http proxy = (ProxySettings.Http) read("--proxy", "http://proxy.example:3128",
                "--proxy-credentials-file", secret.toString()).proxy();
        assertThat(proxy.host()).isEqualTo("proxy.example");
        assertThat(proxy.port()).isEqualTo(3_128);
        assertThat(proxy.readCredentials()).contains(new ProxySettings.Credentials("otto", "geh:eim"));
    }

    @Test
    void a_proxys_password_in_its_url_is_refused_and_not_repeated() {
        environment.put("SENTINEL_AGENT_PROXY", "http://otto:geheim@proxy.example:3128");

        assertThatThrownBy(this::read).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("SENTINEL_AGENT_PROXY: ").hasMessageContaining("--proxy-credentials-file")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void what_is_no_proxy_or_has_no_usable_credentials_is_refused() throws Exception {
        assertRefused(() -> read("--proxy", "socks5://proxy.example:1080"), "--proxy", "http://HOST:PORT");
        assertRefused(() -> read("--proxy", "http://proxy.example"), "--proxy", "http://HOST:PORT");
        Path open = Files.writeString(folder.resolve("proxy-secret"), "otto:geheim\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(() -> read("--proxy", "http://proxy.example:3128", "--proxy-credentials-file", open.toString()),
                "chmod 600");
        Files.writeString(open, "geheim");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-------"));
        assertRefused(() -> read("--proxy", "http://proxy.example:3128", "--proxy-credentials-file", open.toString()),
                "USER:PASSWORD");
    }

    @Test
    void neither_on_nor_off_is_refused_with_both() {
        environment.put("SENTINEL_AGENT_HOST_METRICS", "perhaps");

        assertThatThrownBy(this::read).isInstanceOf(ConfigException.class)
                .hasMessage("SENTINEL_AGENT_HOST_METRICS: write on or off, not 'perhaps'");
    }

    @Test
    void a_complete_file_is_enough() {
        AgentConfig config = read();

        assertThat(config.name()).isEqualTo("fra-1");
        assertThat(config.address()).isEqualTo(InetAddress.ofLiteral("127.0.0.11"));
        assertThat(config.aggregators()).containsExactly(URI.create("wss://mesh.example:7422"));
        assertThat(config.membership().port()).isEqualTo(7500);
        assertThat(config.membership().seeds()).extracting(seed -> seed.getHostString() + " " + seed.getPort())
                .containsExactly("mesh.example 7421", "2001:db8::1 7421");
        assertThat(config.endpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.name()).isEqualTo("web");
            assertThat(endpoint.site()).isEqualTo("web");
        });
    }

    @Test
    void a_settings_file_pins_what_it_says() throws Exception {
        Path pins = Files.writeString(folder.resolve("pins.yaml"), "rounds:\n  packets: 5\n");

        assertThat(read("--settings", pins.toString()).pins().keys()).containsExactly(SettingsKeys.PACKETS_PER_ROUND);
        assertThat(read().pins().keys()).isEmpty();
    }

    @Test
    void a_faulty_settings_file_is_refused_with_its_place_before_anything_starts() throws Exception {
        Path pins = Files.writeString(folder.resolve("pins.yaml"), "rounds:\n  packets: 5000\n");

        assertThatThrownBy(() -> read("--settings", pins.toString())).isInstanceOf(ConfigException.class)
                .hasMessage(pins + ":2:12: \"rounds.packets\" is 5000: write a whole number from 1 to 1000");
        assertThatThrownBy(() -> read("--settings", folder.resolve("none").toString()))
                .isInstanceOf(ConfigException.class).hasMessageContaining("--settings: cannot read");
        Files.writeString(pins, "rounds: { length: 1s,\n loss-threshold: 3s }");
        assertThatThrownBy(() -> read("--settings", pins.toString())).hasMessageContaining(pins + ":2:18: ");
    }

    @Test
    void advertised_addresses_come_from_file_variable_or_flag_and_are_addresses_of_one_host() throws Exception {
        assertThat(read().membership().advertised()).isEmpty();
        Files.writeString(file, COMPLETE + "advertise: [203.0.113.7, \"2001:db8::7\"]\n");
        assertThat(read().membership().advertised()).containsExactly(InetAddress.ofLiteral("203.0.113.7"),
                InetAddress.ofLiteral("2001:db8::7"));
        environment.put("SENTINEL_AGENT_ADVERTISE", "203.0.113.8, 203.0.113.9");
        assertThat(read().membership().advertised()).hasSize(2).contains(InetAddress.ofLiteral("203.0.113.9"));
        assertThat(read("--advertise", "203.0.113.10").membership().advertised())
                .containsExactly(InetAddress.ofLiteral("203.0.113.10"));

        assertThatThrownBy(() -> read("--advertise", "224.0.0.1")).isInstanceOf(ConfigException.class)
                .hasMessageContaining("--advertise").hasMessageContaining("not the address of one host");
        environment.put("SENTINEL_AGENT_ADVERTISE", "203.0.113.8,".repeat(8) + "203.0.113.9");
        assertThatThrownBy(() -> read()).hasMessageContaining("at most 8 advertised addresses, not 9");
    }

    @Test
    void a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
        environment.put("SENTINEL_AGENT_NAME", "from-variable");
        environment.put("SENTINEL_AGENT_SITE", "site-from-variable");

        AgentConfig config = read("--name", "from-flag");

        assertThat(config.name()).isEqualTo("from-flag");
        assertThat(config.site()).isEqualTo("site-from-variable");
    }

    @Test
    void everything_can_come_from_the_environment() {
        environment.putAll(Map.of("SENTINEL_AGENT_NAME", "a", "SENTINEL_AGENT_ADDRESS", "::1",
                "SENTINEL_AGENT_DATA_DIR", "d", "SENTINEL_AGENT_AGGREGATORS", "https://one.example, wss://two.example",
                "SENTINEL_AGENT_SEEDS", "one.example:1"));

        AgentConfig config = AgentConfigReader.read(new AgentOptions(), environment);

        assertThat(config.aggregators()).containsExactly(URI.create("wss://one.example"),
                URI.create("wss://two.example"));
        assertThat(config.site()).isEqualTo("a");
    }

    @Test
    void a_name_and_an_aggregator_on_this_host_are_enough() {
        environment.put("HOME", "/home/somebody");

        AgentConfig config = minimal("--name", "fra-1", "--aggregator", "https://127.0.0.1:7512");

        assertThat(config.site()).isEqualTo("fra-1");
        assertThat(config.dataDir()).isEqualTo(Path.of("/home/somebody/.local/state/sentinel-mesh/fra-1"));
        assertThat(config.address().isLoopbackAddress()).isTrue();
        assertThat(config.membership().address()).isEqualTo(config.address());
        assertThat(config.membership().port()).isEqualTo(7511);
        assertThat(config.membership().seeds())
                .containsExactly(java.net.InetSocketAddress.createUnresolved("127.0.0.1", 7511));
    }

    @Test
    void agents_of_one_host_have_addresses_of_their_own_and_keep_them() {
        environment.put("STATE_DIRECTORY", "/var/lib/sentinel-mesh");
        InetAddress lyon = minimal("--name", "lyon", "--aggregator", "https://localhost").address();

        assertThat(minimal("--name", "oslo", "--aggregator", "https://localhost").address()).isNotEqualTo(lyon);
        assertThat(minimal("--name", "lyon", "--aggregator", "https://localhost").address()).isEqualTo(lyon);
    }

    @Test
    void membership_is_at_the_agents_own_address_unless_told_otherwise() {
        assertThat(read("--address", "192.0.2.10").membership().address())
                .isEqualTo(InetAddress.ofLiteral("192.0.2.10"));
        assertThat(read("--address", "192.0.2.10", "--member-address", "127.0.0.1").membership().address()
                .isLoopbackAddress()).isTrue();
    }

    @Test
    void the_bounds_of_the_spool_are_read_as_people_write_them() throws Exception {
        assertThat(settled().pinned()).isEmpty();
        Files.writeString(file, COMPLETE + "spool:\n  max-bytes: 2GiB\n  max-age: 36h\n");

        assertThat(settled().get(SettingsKeys.SPOOL_SIZE)).isEqualTo(2L << 30);
        assertThat(settled().get(SettingsKeys.SPOOL_AGE)).isEqualTo(Duration.ofHours(36));
        environment.put("SENTINEL_AGENT_SPOOL_MAX_BYTES", "1024KiB");
        assertThat(settled().get(SettingsKeys.SPOOL_SIZE)).isEqualTo(1 << 20);
    }

    @Test
    void what_a_flag_says_wins_over_the_file_of_pins_and_both_over_the_mesh() throws Exception {
        Path pins = Files.writeString(folder.resolve("pins.yaml"),
                "limits: { spool-size: 3GiB, spool-age: 2d }\n");
        environment.put("SENTINEL_AGENT_SETTINGS", pins.toString());
        environment.put("SENTINEL_AGENT_SPOOL_MAX_BYTES", "2GiB");
        SettingsDocument mesh = SettingsDocument.parse("limits: { spool-size: 1GiB, spool-age: 1d }\n");

        Settings settled = Settings.resolve(mesh, read().pins(), new Selector.Member("fra-1", "fra"));

        assertThat(settled.get(SettingsKeys.SPOOL_SIZE)).isEqualTo(2L << 30);
        assertThat(settled.get(SettingsKeys.SPOOL_AGE)).isEqualTo(Duration.ofDays(2));
        assertThat(settled.pinned()).containsExactly(SettingsKeys.SPOOL_SIZE, SettingsKeys.SPOOL_AGE);
    }

    /** With a mesh that says nothing. */
    private Settings settled() {
        return Settings.resolve(SettingsDocument.EMPTY, read().pins(), new Selector.Member("fra-1", "fra"));
    }

    @ParameterizedTest
    @CsvSource({"max-bytes,lots", "max-bytes,512", "max-bytes,9999TiB", "max-bytes,-5MiB", "max-age,7", "max-age,10s",
            "max-age,9999d", "max-age,week"})
    void a_bound_of_the_spool_that_makes_no_sense_is_refused_with_its_place(String key, String value) throws Exception {
        Files.writeString(file, COMPLETE + "spool:\n  " + key + ": " + value + "\n");

        assertThatThrownBy(this::read).isInstanceOf(ConfigException.class).hasMessageContaining("spool-" + key)
                .hasMessageContaining(value);
    }

    @Test
    void an_unknown_key_is_refused_with_its_line_and_the_key_that_was_perhaps_meant() throws Exception {
        Files.writeString(file, COMPLETE.replace("data-dir:", "data-dri:"));

        assertRefused(this::read, file + ":4: unknown key \"data-dri\"", "perhaps \"data-dir\" was meant");
    }

    @Test
    void an_unknown_key_in_a_section_is_refused_with_its_line() throws Exception {
        Files.writeString(file, COMPLETE.replace("port: 7500", "prot: 7500"));

        assertRefused(this::read, file + ":7: unknown key \"prot\"", "perhaps \"port\" was meant");
    }

    @Test
    void broken_yaml_is_refused_with_its_line() throws Exception {
        Files.writeString(file, COMPLETE + "  oops: [\n");

        assertRefused(this::read, file + ":1");
    }

    @Test
    void a_value_of_the_wrong_kind_is_refused_with_its_line_and_key() throws Exception {
        Files.writeString(file, COMPLETE.replace("port: 7500", "port: seven"));

        assertRefused(this::read, file + ":7:", "membership.port");
    }

    @Test
    void the_same_key_twice_is_refused() throws Exception {
        Files.writeString(file, COMPLETE + "name: again\n");

        assertRefused(this::read, file + ":", "name");
    }

    @Test
    void a_missing_file_is_named() {
        file = folder.resolve("absent.yaml");

        assertRefused(this::read, "absent.yaml", "--config");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --address    | fra.example          | --address: write an IP address
            --address    | 127.0.0.300          | --address: write an IP address
            --address    | 0.0.0.0              | --address: peers cannot send to 0.0.0.0
            --address    | ff02::1              | --address: peers cannot send to ff02::1
            --name       | a<b                  | --name: name may hold letters
            --aggregator | ftp://mesh.example | --aggregator: write an aggregator as https://HOST:PORT
            --aggregator | ws://mesh.example    | --aggregator: ws://mesh.example would be plain text
            --aggregator | https://mesh.example/x | --aggregator: write an aggregator as https://HOST:PORT
            --aggregator | https://me@mesh.example | --aggregator: write an aggregator as https://HOST:PORT
            --aggregator | ws://127.0.0.1:7420  | --aggregator: ws://127.0.0.1:7420 would be plain text
            --seed       | mesh.example         | --seed: write a seed as HOST:PORT
            --seed       | 2001:db8::1:80       | --seed: write a seed as HOST:PORT
            --seed       | [::1:7421            | --seed: write a seed as HOST:PORT
            --seed       | []:7421              | --seed: write a seed as HOST:PORT
            --aggregator | https://mesh.example:99999 | --aggregator: write an aggregator as https://HOST:PORT
            --seed       | mesh.example:99999   | --seed: a port lies between 1 and 65535
            --member-port| many                 | --member-port: not a port number
            """)
    void a_bad_value_is_refused_with_its_place_and_the_remedy(String flag, String value, String message) {
        assertRefused(() -> read(flag, value), message);
    }

    @Test
    void an_agent_that_never_joined_is_told_how_to() {
        assertRefused(() -> AgentConfigReader.read(new AgentOptions(), Map.of()), "sentinel agent join", "--name",
                "SENTINEL_AGENT_NAME", "configuration file");
    }

    @Test
    void after_joining_the_data_folder_is_enough() throws Exception {
        Path data = joined(folder.resolve("data"), "oslo");

        AgentConfig config = minimal("--data-dir", data.toString());

        assertThat(config.name()).isEqualTo("oslo");
        assertThat(config.site()).isEqualTo("north");
        assertThat(config.siteGiven()).isFalse();
        assertThat(config.aggregators()).containsExactly(URI.create("wss://mesh.example:7422"));
        assertThat(config.membership().port()).isEqualTo(7999);
        assertThat(config.wrappingKeyFile()).isEqualTo(Path.of("/somewhere/else.key"));
    }

    @Test
    void what_is_given_now_wins_over_what_was_given_at_joining() throws Exception {
        Path data = joined(folder.resolve("data"), "oslo");

        AgentConfig config = minimal("--data-dir", data.toString(), "--site", "south", "--member-port", "7123");

        assertThat(config.site()).isEqualTo("south");
        assertThat(config.siteGiven()).isTrue();
        assertThat(config.membership().port()).isEqualTo(7123);
    }

    @Test
    void the_only_agent_that_joined_from_an_account_needs_not_be_named() throws Exception {
        environment.put("HOME", folder.toString());
        joined(folder.resolve(".local/state/sentinel-mesh/oslo"), "oslo");

        assertThat(minimal().name()).isEqualTo("oslo");

        joined(folder.resolve(".local/state/sentinel-mesh/bergen"), "bergen");
        assertRefused(this::minimal, "bergen, oslo", "--name");
        assertThat(minimal("--name", "oslo").dataDir()).endsWith(Path.of("oslo"));
    }

    @Test
    void the_configuration_file_named_at_joining_is_read_at_each_start() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve(Joined.FILE),
                new Joined(Map.of("config", List.of(file.toString()))).json());

        assertThat(minimal("--data-dir", data.toString()).endpoints()).hasSize(1);
    }

    @Test
    void a_spoilt_note_of_joining_is_refused_with_the_remedy() throws Exception {
        Files.writeString(folder.resolve(Joined.FILE), "{\"name\": \"x");

        assertRefused(() -> minimal("--data-dir", folder.toString()), Joined.FILE, "sentinel agent join");
    }

    private static Path joined(Path data, String name) throws Exception {
        Files.createDirectories(data);
        Files.writeString(data.resolve(Joined.FILE),
                new Joined(Map.of("name", List.of(name), "site", List.of("north"), "address", List.of("127.0.0.77"),
                        "aggregators", List.of("https://mesh.example:7422"), "wrapping-key-file",
                        List.of("/somewhere/else.key"), Joined.AGGREGATOR_MEMBER_PORT, List.of("7999"),
                        "of-a-later-version", List.of("?"))).json());
        return data;
    }

    @Test
    void plain_text_to_another_host_is_allowed_when_it_is_asked_for() {
        AgentConfig config = read("--aggregator", "http://mesh.example", "--insecure");

        assertThat(config.insecure()).isTrue();
        assertThat(config.aggregators()).containsExactly(URI.create("ws://mesh.example"));
        assertThat(config.needsCertificate()).isFalse();
    }

    @Test
    void an_endpoint_named_twice_is_refused() throws Exception {
        Files.writeString(file, COMPLETE + "  - name: web\n    address: 192.0.2.1\n");

        assertRefused(this::read, "endpoints[1]", "used twice");
    }

    private AgentConfig minimal(String... flags) {
        AgentOptions options = new AgentOptions();
        new CommandLine(options).parseArgs(flags);
        return AgentConfigReader.read(options, environment);
    }

    private AgentConfig read(String... flags) {
        AgentOptions options = new AgentOptions();
        new CommandLine(options).parseArgs(flags);
        options.config = file;
        return AgentConfigReader.read(options, environment);
    }

    private static void assertRefused(ThrowingCallable reading, String... parts) {
        assertThatThrownBy(reading).isInstanceOf(ConfigException.class).hasMessageContainingAll(parts);
    }
}
