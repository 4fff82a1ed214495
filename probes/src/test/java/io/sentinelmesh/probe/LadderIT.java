package io.sentinelmesh.probe;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.probe.lab.NetworkLab;

import static org.assertj.core.api.Assertions.assertThat;

/** The permission ladder, climbed by processes that have different rights. */
class LadderIT {

    private static final String WITHOUT_RAW = "setpriv --bounding-set=-net_raw --inh-caps=-net_raw";
    private static final String CLASS_PATH = System.getProperty("surefire.test.class.path",
            System.getProperty("java.class.path"));
    private static NetworkLab lab;

    @BeforeAll
    static void makeNamespaces() {
        lab = NetworkLab.open();
        lab.namespace("open");
        lab.namespace("closed");
        lab.sysctl("closed", "net.ipv4.ping_group_range=1 0");
    }

    @AfterAll
    static void removeNamespaces() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void without_any_capability_datagram_sockets_serve_where_they_are_open() throws Exception {
        assertThat(climb("open", WITHOUT_RAW)).containsExactly("icmp-echo | icmp-datagram | nothing better",
                "Answered");
    }

    @Test
    void with_the_capability_the_raw_socket_serves_where_they_are_closed() throws Exception {
        assertThat(climb("closed", "")).containsExactly(
                "icmp-echo | icmp-raw | sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"", "Answered");
    }

    @Test
    void without_either_a_closed_udp_port_serves_and_names_both_remedies() throws Exception {
        assertThat(climb("closed", WITHOUT_RAW)).containsExactly(
                "udp-closed-port | udp-closed-port | sysctl -w net.ipv4.ping_group_range=\"0 2147483647\""
                        + "  (or give the agent the capability CAP_NET_RAW)",
                "Answered");
    }

    @Test
    void an_ordinary_user_measures_by_a_closed_udp_port(@TempDir Path folder) throws Exception {
        String asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all";

        List<String> told = climb("closed", asNobody, readableByAll(folder));

        assertThat(told.getFirst())
                .startsWith("udp-closed-port | udp-closed-port | sysctl -w net.ipv4.ping_group_range");
        assertThat(told.getLast()).isEqualTo("Answered");
    }

    /** The class path as it is may lie where only its owner can read. */
    private static String readableByAll(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        for (String entry : CLASS_PATH.split(File.pathSeparator)) {
            Path from = Path.of(entry);
            String name = from.getFileName().toString();
            if (Files.isDirectory(from) || Stream.of("probes", "wire-format", "slf4j-api").anyMatch(name::startsWith)) {
                Path to = folder.resolve(copies.size() + "-" + name);
                copy(from, to);
                copies.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<String> climb(String namespace, String rights) throws IOException, InterruptedException {
        return climb(namespace, rights, CLASS_PATH);
    }

    private static List<String> climb(String namespace, String rights, String classPath)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(lab.exec(namespace));
        if (!rights.isEmpty()) {
            command.addAll(List.of(rights.split(" ")));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Dslf4j.internal.verbosity=ERROR",
                "-cp", classPath,
                LadderRun.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
