package io.sentinelmesh.agent.spool;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.sentinelmesh.wire.Frame;

/**
 * Kills a process that writes into a spool, again and again at random moments, damages the files in between, and holds the spool to what
 * docs/spool.md promises. Arguments: folder, kills, seed, bytes the spool may have, share of lives that end with damage (0 to 1).
 */
final class SpoolTorture {

    private static final Duration LIFE_AT_LEAST = Duration.ofMillis(30);
    private static final Duration LIFE_AT_MOST = Duration.ofMillis(900);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);
    private static final Duration AT_WORK_LIMIT = Duration.ofSeconds(10);
    private static final int START_LIMIT_MS = 30_000;

    private final Path folder;
    private final Random random;
    private final long maxBytes;
    private final double damageRatio;
    private final StandInAggregator aggregator = new StandInAggregator();
    private final Set<Long> durable = new HashSet<>();
    private final ServerSocket server;

    private int damages;
    private long tornFromTheBooks;
    private int idleLives;
    private Optional<Told> last = Optional.empty();
    private int tellings;

    /** A balance as a life told it. */
    private record Told(Tally made, Tally acknowledged, Tally waiting, Tally dropped, String reasons) {
    }

    /**
     * @param stored rows the stand-in aggregator has
     * @param durable rows that were called durable
     * @param missing of those, not stored
     */
    record Outcome(long made, long acknowledged, long dropped, long stored, long durable, long missing, int damages,
            String reasons) {
    }

    SpoolTorture(Path folder, long seed, long maxBytes, double damageRatio) throws IOException {
        this.folder = folder;
        this.random = new Random(seed);
        this.maxBytes = maxBytes;
        this.damageRatio = damageRatio;
        this.server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
        server.setSoTimeout(START_LIMIT_MS);
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int kills = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        System.err.printf("seed %d, %d kills, in %s%n", seed, kills, folder);
        Outcome outcome = new SpoolTorture(folder, seed, Long.parseLong(arguments[3]),
                Double.parseDouble(arguments[4])).run(kills);
        System.err.println(outcome.reasons());
        System.out.printf(
                "{\"kills\": %d, \"seed\": %d, \"damages\": %d, \"made\": %d, \"acknowledged\": %d, \"dropped\": %d, "
                        + "\"stored\": %d, \"durable\": %d, \"acknowledged_lost\": 0, \"stored_twice\": 0}%n",
                kills, seed, outcome.damages(), outcome.made(), outcome.acknowledged(), outcome.dropped(),
                outcome.stored(), outcome.durable());
    }

    Outcome run(int kills) throws IOException, InterruptedException {
        try (server) {
            for (int life = 1; life <= kills; life++) {
                live(life, true);
                if (random.nextDouble() < damageRatio) {
                    damage();
                }
                if (life % 10 == 0) {
                    System.err.printf("  %d kills, %d rows stored, %d damages, %s%n", life, aggregator.stored().rows(),
                            damages, last.map(Told::reasons).orElse(""));
                }
            }
            require(idleLives <= kills / 2, "in " + idleLives + " lives nothing became durable");
            live(kills + 1, false);
        }
        return judge();
    }

    private void live(int life, boolean kill) throws IOException, InterruptedException {
        // Some lives pass without an acknowledgement, as when the aggregator's database is away.
        boolean acknowledges = !kill || random.nextInt(3) > 0;
        long durableBefore = durable.size();
        Optional<Told> before = last;
        int tellingsBefore = tellings;
        int damagesBefore = damages;
        Process process = start(life, kill);
        CountDownLatch atWork = new CountDownLatch(1);
        try (Socket socket = server.accept()) {
            Thread hearing = Thread.ofPlatform().start(() -> hear(socket, life, acknowledges, atWork));
            if (kill) {
                // Most at full speed, some while the spool is still being opened, and those that have all they may hold some time.
                boolean early = random.nextInt(5) == 0;
                boolean working = early || atWork.await(AT_WORK_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                idleLives += working ? 0 : 1;
                hearing.join(Duration.ofMillis(random.nextLong(LIFE_AT_LEAST.toMillis(), LIFE_AT_MOST.toMillis())));
                process.destroyForcibly(); // SIGKILL
            }
            if (!process.waitFor(DRAIN_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the spool was not empty after " + DRAIN_LIMIT);
            }
            hearing.join();
        } finally {
            process.destroyForcibly();
        }
        require(kill || process.exitValue() == 0, "the last life ended with " + process.exitValue());
        // A life that was killed before it had opened its spool has told nothing, and what an earlier one found is no news.
        if (tellings > tellingsBefore) {
            checkOpening(last.orElseThrow(), before, durableBefore, damagesBefore);
        }
    }

    private long madeAtLastOpening;
    private long durableAtLastOpening;

    /** What a life found must hold everything that an earlier one called durable, unless it was taken. */
    private void checkOpening(Told told, Optional<Told> before, long durableBefore, int damagesBefore) {
        require(told.made.equals(told.acknowledged.plus(told.waiting).plus(told.dropped)), "no balance: " + told);
        require(told.made.results() == told.made.rows() * SpoolVictim.RESULTS, "rows and results differ: " + told);
        require(told.acknowledged.rows() <= aggregator.stored().rows(),
                "acknowledged " + told.acknowledged + ", but stored only " + aggregator.stored());
        if (damagesBefore == 0 && before.isPresent()) {
            require(told.made.rows() >= madeAtLastOpening + durableBefore - durableAtLastOpening,
                    "rows that were durable are not in the books: " + told + " after " + before);
        }
        madeAtLastOpening = told.made.rows();
        durableAtLastOpening = durableBefore;
    }

    private Process start(int life, boolean makes) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        SpoolVictim.class.getName(), folder.toString(), String.valueOf(server.getLocalPort()),
                        String.valueOf(life), String.valueOf(maxBytes), String.valueOf(makes)));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolveSibling("victims.log").toFile()))
                .start();
    }

    /** The aggregator's end: what came before a kill is stored, even if nobody is there any more to hear of it. */
    private void hear(Socket socket, int life, boolean acknowledges, CountDownLatch atWork) {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                switch (in.readByte()) {
                    case SpoolVictim.FRAME -> {
                        byte[] frame = in.readNBytes(in.readInt());
                        Frame.Ack ack = aggregator.take(frame);
                        answer(ack, acknowledges, out);
                    }
                    case SpoolVictim.DURABLE -> {
                        long rows = in.readLong();
                        atWork.countDown();
                        for (long row = rows; row > 0 && durable.add(life * SpoolVictim.ROWS_PER_LIFE + row); row--) {
                            // down to those that were told of before
                        }
                    }
                    case SpoolVictim.BALANCE -> {
                        Told told = new Told(tally(in), tally(in), tally(in), tally(in), in.readUTF());
                        last = Optional.of(told);
                        tellings++;
                    }
                    default -> throw new AssertionError("a byte that means nothing");
                }
            }
        } catch (EOFException | SocketException e) {
            // The end of a life.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(Frame.Ack ack, boolean acknowledges, DataOutputStream out) throws IOException {
        if (!acknowledges) {
            return;
        }
        out.writeLong(ack.boot().getMostSignificantBits());
        out.writeLong(ack.boot().getLeastSignificantBits());
        out.writeLong(ack.sequence());
        out.flush();
    }

    private static Tally tally(DataInputStream in) throws IOException {
        return new Tally(in.readLong(), in.readLong());
    }

    /** One bit turned, or an end torn off, in a file of the spool. */
    private void damage() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        if (files.isEmpty()) {
            return;
        }
        // As often as not the newest segment: that is where a crash tears.
        Path file = random.nextBoolean()
                ? files.stream().filter(each -> Segment.idOf(each).isPresent()).reduce((_, newer) -> newer)
                        .orElse(files.getFirst())
                : files.get(random.nextInt(files.size()));
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            if (open.length() == 0) {
                return;
            }
            if (random.nextBoolean()) {
                long madeBefore = SpoolInspection.of(folder).balance().made().rows();
                open.setLength(Math.max(0, open.length() - random.nextInt(1, 3_000)));
                // Rows off the very end that only they themselves told of: nothing says that they were made.
                tornFromTheBooks += Math.max(0, madeBefore - SpoolInspection.of(folder).balance().made().rows());
            } else {
                long at = random.nextLong(open.length());
                open.seek(at);
                int old = open.read();
                open.seek(at);
                open.write(old ^ (1 << random.nextInt(8)));
            }
        }
        damages++;
    }

    private Outcome judge() {
        Told told = last.orElseThrow();
        List<Long> stored = aggregator.rows();
        Set<Long> distinct = new HashSet<>(stored);
        long missing = durable.stream().filter(row -> !distinct.contains(row)).count();
        require(distinct.size() == stored.size(), stored.size() - distinct.size() + " rows are stored twice");
        require(told.waiting.isZero(), "rows still wait: " + told);
        require(told.acknowledged.rows() <= distinct.size(), "acknowledged rows are lost: " + told);
        require(distinct.size() <= told.acknowledged.rows() + told.dropped.rows(),
                "rows are stored that the books do not know: " + distinct.size() + ", " + told);
        require(missing <= told.dropped.rows() + tornFromTheBooks, missing + " durable rows are lost, but dropped are "
                + told.dropped + " and " + tornFromTheBooks + " were torn off the end");
        if (damages == 0 && told.dropped.isZero()) {
            require(distinct.size() == told.made.rows(), "made " + told.made + ", stored " + distinct.size());
        }
        return new Outcome(told.made.rows(), told.acknowledged.rows(), told.dropped.rows(), distinct.size(),
                durable.size(), missing, damages, told.reasons);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
