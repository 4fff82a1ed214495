package io.sentinelmesh.probe.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces that one test makes and that go with it. Their names carry the process that made them, so that a run which was killed is
 * cleaned up by the next. Needs root, iproute2 and nftables: without them a test is skipped, or fails where CI=true.
 */
public final class NetworkLab implements AutoCloseable {

    private static final String PREFIX = "smtest-";
    private static final Path NAMESPACES = Path.of("/run/netns");
    /** Longer than any probe takes, one that goes on slowly because answers are rationed included. */
    private static final long PATIENCE_SECONDS = 60;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String prefix = PREFIX + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-";
    private final List<String> namespaces = new ArrayList<>();
    private final Thread onExit = new Thread(this::removeAll);

    private NetworkLab() {
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    public static NetworkLab open() {
        requireMeans();
        removeLeftovers();
        return new NetworkLab();
    }

    /** For tests that need the privilege but no namespace. */
    public static void requireRoot() {
        require("root".equals(System.getProperty("user.name")), "root (CAP_NET_RAW)");
    }

    private static void requireMeans() {
        requireRoot();
        require(succeeds("ip", "-V"), "iproute2 (apt-get install iproute2)");
        require(succeeds("nft", "--version"), "nftables (apt-get install nftables)");
        String trial = PREFIX + ProcessHandle.current().pid() + "-trial";
        boolean permitted = succeeds("ip", "netns", "add", trial);
        if (permitted) {
            run("ip", "netns", "del", trial);
        }
        require(permitted, "the right to make network namespaces (CAP_SYS_ADMIN)");
    }

    private static void require(boolean there, String what) {
        if (!there && "true".equals(System.getenv("CI"))) {
            Assertions.fail("this test needs " + what);
        }
        Assumptions.assumeTrue(there, "skipped: needs " + what);
    }

    private static void removeLeftovers() {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        try (Stream<Path> all = Files.list(NAMESPACES)) {
            all.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(PREFIX))
                    .filter(name -> ProcessHandle.of(Long.parseLong(name.split("-", 3)[1])).isEmpty())
                    .forEach(name -> succeeds("ip", "netns", "del", name));
        } catch (IOException e) {
            throw new AssertionError("cannot list " + NAMESPACES, e);
        }
    }

    /** Both loopback addresses are up, datagram ICMP sockets are open to all, ICMP errors are not rate-limited. */
    public void namespace(String name) {
        run("ip", "netns", "add", prefix + name);
        namespaces.add(prefix + name);
        ip(name, "link set lo up");
        sysctl(name, "net.ipv4.ping_group_range=0 2147483647", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0",
                "net.ipv4.icmp_msgs_per_sec=1000000",
                // No second of duplicate address detection before a link is of use.
                "net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.default.dad_transmits=0");
    }

    public void router(String name) {
        namespace(name);
        sysctl(name, "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    }

    /** A wire between two namespaces; each end is named after the other. Addresses with their prefix length. */
    public void link(String a, List<String> addressesOfA, String b, List<String> addressesOfB) {
        run("ip", "link", "add", b, "netns", prefix + a, "type", "veth", "peer", "name", a, "netns", prefix + b);
        end(a, b, addressesOfA);
        end(b, a, addressesOfB);
    }

    private void end(String namespace, String device, List<String> addresses) {
        for (String address : addresses) {
            ip(namespace, "addr add " + address + " dev " + device + (address.contains(":") ? " nodad" : ""));
        }
        ip(namespace, "link set " + device + " up");
    }

    public void ip(String namespace, String command) {
        List<String> words = new ArrayList<>(List.of("ip", "-n", prefix + namespace));
        words.addAll(List.of(command.split(" ")));
        run(words.toArray(String[]::new));
    }

    public void nft(String namespace, String command) {
        run("ip", "netns", "exec", prefix + namespace, "nft", command);
    }

    public void sysctl(String namespace, String... settings) {
        for (String setting : settings) {
            run("ip", "netns", "exec", prefix + namespace, "sysctl", "-qw", setting);
        }
    }

    /** Runs it on a thread of its own that stands in the namespace; so do the sockets and threads it opens. */
    public <T> T inside(String namespace, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> {
            NamespaceEntry.enter(NAMESPACES.resolve(prefix + namespace));
            return task.call();
        });
        Thread.ofPlatform().name("in-" + namespace).daemon().start(future);
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError("did not end in namespace " + namespace, e);
        }
    }

    /** The command line that runs the rest of itself in the namespace. */
    public List<String> exec(String namespace) {
        return List.of("ip", "netns", "exec", prefix + namespace);
    }

    @Override
    public void close() {
        removeAll();
        Runtime.getRuntime().removeShutdownHook(onExit);
    }

    private synchronized void removeAll() {
        namespaces.forEach(name -> succeeds("ip", "netns", "del", name));
        namespaces.clear();
    }

    private static void run(String... command) {
        String output = execute(command);
        if (!output.isEmpty() && output.charAt(0) == '!') {
            throw new AssertionError(String.join(" ", command) + ": " + output.substring(1));
        }
    }

    private static boolean succeeds(String... command) {
        return !execute(command).startsWith("!");
    }

    /** What it said, after a "!" if it failed. */
    private static String execute(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "!did not end within " + PATIENCE_SECONDS + " s";
            }
            return process.exitValue() == 0 ? output : "!" + output;
        } catch (IOException e) {
            return "!" + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "!interrupted";
        }
    }
}
