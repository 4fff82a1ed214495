import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * The long-distance links of the lab. Not every kernel has netem, so a link is a TUN device in each of two network namespaces, and this
 * program carries the packets from one to the other: late by delay ± jitter, in order, and no more than {@link Direction#QUEUE_PACKETS} under way.
 *
 * <p>{@code WanLink LINKS COUNTERS PIDFILE}. A line of LINKS: {@code name namespaceA deviceA namespaceB deviceB delayMicros jitterMicros}; delay
 * and jitter count for each direction and are read again when the file changes. COUNTERS is written every second. It ends when PIDFILE no
 * longer names it, so that nothing is left should the lab's folder be deleted under it.
 */
public final class WanLink {

    private static final long LOOK_MILLIS = 100;
    private static final int LOOKS_PER_COUNT = 10;
    /** The starter writes the pid file just after it has started us. */
    private static final int LOOKS_BEFORE_PID_FILE = 50;

    private final Path linksFile;
    private final Path countersFile;
    private final Path pidFile;
    private final Map<String, List<Direction>> directionsByLink = new LinkedHashMap<>();
    private String linksText = "";

    private WanLink(Path linksFile, Path countersFile, Path pidFile) {
        this.linksFile = linksFile;
        this.countersFile = countersFile;
        this.pidFile = pidFile;
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: WanLink LINKS COUNTERS PIDFILE");
            System.exit(2);
        }
        try {
            new WanLink(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])).run();
        } catch (IOException e) {
            System.err.println(e);
            System.exit(1); // the folder went between two looks: the threads of the links must not live on
        }
    }

    private void run() throws IOException, InterruptedException {
        linksText = Files.readString(linksFile);
        for (Link link : Link.parse(linksText)) {
            int a = Tun.open(link.namespaceA(), link.deviceA());
            int b = Tun.open(link.namespaceB(), link.deviceB());
            directionsByLink.put(link.name(), List.of(new Direction("ab", a, b, link), new Direction("ba", b, a, link)));
        }
        directionsByLink.forEach((name, directions) -> directions.forEach(direction -> start(name, direction)));
        writeCounters();
        System.out.println("ready");
        boolean namedOnce = false;
        for (int look = 1;; look++) {
            Thread.sleep(LOOK_MILLIS);
            boolean named = pidFileNamesUs();
            namedOnce |= named;
            boolean folderGone = !Files.exists(linksFile); // even before the pid file was seen once
            if (!named && (namedOnce || folderGone || look > LOOKS_BEFORE_PID_FILE)) {
                System.exit(0);
            }
            if (named && (readDelaysAgain() || look % LOOKS_PER_COUNT == 0)) {
                writeCounters();
            }
        }
    }

    private static void start(String name, Direction direction) {
        Thread.ofPlatform().name(name + "-" + direction.name).start(() -> {
            try {
                direction.carry();
            } catch (Throwable e) {
                System.err.println(name + ": " + e);
                System.exit(1); // a link that is silently dead would be taken for a fault of the network
            }
        });
    }

    private boolean pidFileNamesUs() {
        try {
            return Files.readString(pidFile).startsWith(ProcessHandle.current().pid() + " ");
        } catch (IOException e) {
            return false;
        }
    }

    private boolean readDelaysAgain() throws IOException {
        String text = Files.readString(linksFile);
        if (text.equals(linksText)) {
            return false;
        }
        linksText = text;
        for (Link link : Link.parse(text)) {
            directionsByLink.getOrDefault(link.name(), List.of()).forEach(direction -> direction.retime(link));
        }
        return true;
    }

    /** By renaming, so that a reader never sees half of it. */
    private void writeCounters() throws IOException {
        List<String> lines = new ArrayList<>();
        directionsByLink.forEach((name, directions) -> directions.forEach(direction -> lines.add(name + " " + direction.report())));
        Path fresh = countersFile.resolveSibling(countersFile.getFileName() + ".new");
        Files.write(fresh, lines);
        Files.move(fresh, countersFile, StandardCopyOption.ATOMIC_MOVE);
    }

    private record Link(String name, String namespaceA, String deviceA, String namespaceB, String deviceB, long delayMicros,
            long jitterMicros) {

        Link {
            if (delayMicros < 0 || jitterMicros < 0 || jitterMicros > delayMicros) {
                throw new IllegalArgumentException(name + ": delay and jitter want 0 <= jitter <= delay");
            }
        }

        static List<Link> parse(String text) {
            return text.lines().filter(line -> !line.isBlank()).map(line -> line.split(" ")).map(words -> new Link(words[0], words[1], words[2],
                    words[3], words[4], Long.parseLong(words[5]), Long.parseLong(words[6]))).toList();
        }
    }

    /** One direction of one link: one thread, which alone touches the ring; the main thread sets the delays and reads the counters. */
    private static final class Direction {

        /** 25 ms at 40,000 packets/s; what comes on top is dropped and counted. */
        static final int QUEUE_PACKETS = 1024;
        /** A packet of the devices, whose MTU is 1500, and a whole number of cache lines. */
        private static final int PACKET_BYTES = 1536;
        private static final int READS_PER_ROUND = 64;
        private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

        final String name;
        private final int in;
        private final int out;
        private volatile long delayNanos;
        private volatile long jitterNanos;
        private volatile long carried;
        private volatile long dropped;

        private final Posix posix = new Posix();
        private final SplittableRandom random = new SplittableRandom();
        private final MemorySegment[] packets = new MemorySegment[QUEUE_PACKETS];
        private final MemorySegment surplus = Arena.global().allocate(PACKET_BYTES);
        private final long[] lengths = new long[QUEUE_PACKETS];
        private final long[] dueNanos = new long[QUEUE_PACKETS];
        private int head;
        private int queued;
        private long lastDueNanos = System.nanoTime();

        Direction(String name, int in, int out, Link link) {
            this.name = name;
            this.in = in;
            this.out = out;
            retime(link);
            MemorySegment ring = Arena.global().allocate((long) QUEUE_PACKETS * PACKET_BYTES, 64);
            for (int i = 0; i < QUEUE_PACKETS; i++) {
                packets[i] = ring.asSlice((long) i * PACKET_BYTES, PACKET_BYTES);
            }
        }

        void retime(Link link) {
            jitterNanos = TimeUnit.MICROSECONDS.toNanos(link.jitterMicros());
            delayNanos = TimeUnit.MICROSECONDS.toNanos(link.delayMicros());
        }

        String report() {
            return name + " " + carried + " " + dropped + " " + TimeUnit.NANOSECONDS.toMicros(delayNanos);
        }

        void carry() {
            posix.sharpenTimers();
            while (true) {
                deliver();
                take();
                long wait = queued == 0 ? IDLE_NANOS : dueNanos[head] - System.nanoTime();
                if (wait > 0) {
                    posix.awaitReadable(in, wait);
                }
            }
        }

        private void deliver() {
            while (queued > 0 && dueNanos[head] - System.nanoTime() <= 0) {
                if (posix.write(out, packets[head], lengths[head])) {
                    carried = carried + 1;
                } else {
                    dropped = dropped + 1; // the other end is down
                }
                head = (head + 1) % QUEUE_PACKETS;
                queued--;
            }
        }

        private void take() {
            for (int i = 0; i < READS_PER_ROUND; i++) {
                boolean full = queued == QUEUE_PACKETS;
                int slot = (head + queued) % QUEUE_PACKETS;
                long length = posix.read(in, full ? surplus : packets[slot]);
                if (length == 0) {
                    return;
                }
                if (full) {
                    dropped = dropped + 1;
                    continue;
                }
                lastDueNanos = Math.max(lastDueNanos, System.nanoTime() + delayNanos + jitter()); // never before the one ahead of it
                lengths[slot] = length;
                dueNanos[slot] = lastDueNanos;
                queued++;
            }
        }

        private long jitter() {
            long most = jitterNanos;
            return most == 0 ? 0 : random.nextLong(-most, most + 1);
        }
    }

    /** A TUN device that exists already, taken hold of from inside its namespace. */
    private static final class Tun {

        private static final long TUNSETIFF = 0x400454caL;
        private static final short IFF_TUN_NO_PI = 0x1001;
        private static final int NAME_BYTES = 16;
        private static final int IFREQ_BYTES = 40;

        private Tun() {
        }

        /** On a thread that ends at once: a thread that stays in a namespace keeps it alive after it was deleted. */
        static int open(String namespace, String device) throws InterruptedException {
            int[] descriptor = {-1};
            Thread visitor = Thread.ofPlatform().start(() -> descriptor[0] = openHere(namespace, device));
            visitor.join();
            if (descriptor[0] < 0) {
                System.exit(1); // the visitor's exception is in the log
            }
            return descriptor[0];
        }

        private static int openHere(String namespace, String device) {
            Posix posix = new Posix();
            posix.enter("/run/netns/" + namespace);
            int descriptor = posix.open("/dev/net/tun");
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment request = arena.allocate(IFREQ_BYTES);
                byte[] name = device.getBytes(StandardCharsets.US_ASCII);
                if (name.length >= NAME_BYTES) {
                    throw new IllegalArgumentException(device + " is too long for a device's name");
                }
                MemorySegment.copy(name, 0, request, JAVA_BYTE, 0, name.length);
                request.set(JAVA_SHORT, NAME_BYTES, IFF_TUN_NO_PI);
                posix.configure(descriptor, TUNSETIFF, request, device + " in " + namespace);
            }
            return descriptor;
        }
    }
}
