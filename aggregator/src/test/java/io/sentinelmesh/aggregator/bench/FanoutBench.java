package io.sentinelmesh.aggregator.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@code FanoutBench PORT PID CLIENTS SECONDS STALLED}: reads what a server sends to so many WebSocket clients, and prints its CPU time for each message and
 * how late they came. The clients read frames by hand in one thread, to be as little as possible in the server's way; the stalled ones never read.
 */
final class FanoutBench {

    private static final int WARM_UP_SECONDS = 5;
    private static final int MOST_SAMPLES = 4_000_000;
    /** Of a frame's first byte (RFC 6455, section 5.2); opcode 0 continues a message. */
    private static final int FIN = 0x80;
    private static final int OPCODE = 0x0f;

    private final ByteBuffer scratch = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final double[] millis = new double[MOST_SAMPLES];
    private int messages;
    private boolean measuring;

    /** One connection: how much of the frame that is under way is still to come. */
    private final class Client {
        private final ByteBuffer head = ByteBuffer.allocate(18).order(ByteOrder.BIG_ENDIAN);
        private long left;

        void read(ByteBuffer in) {
            while (in.hasRemaining()) {
                if (left > 0) {
                    int take = (int) Math.min(left, in.remaining());
                    in.position(in.position() + take);
                    left -= take;
                    continue;
                }
                head.put(in.get());
                int length = head.position() < 2 ? 0 : head.get(1) & 0x7f;
                int headBytes = length == 127 ? 10 : length == 126 ? 4 : 2;
                if (head.position() == headBytes + 8) {
                    if ((head.get(0) & FIN) == 0 || (head.get(0) & OPCODE) == 0) {
                        throw new IllegalStateException(
                                "a message came in several frames: only the first has the time");
                    }
                    long payload = length == 127 ? head.getLong(2) : length == 126 ? head.getShort(2) & 0xffff : length;
                    came(Long.reverseBytes(head.getLong(headBytes)));
                    left = payload - 8;
                    head.clear();
                }
            }
        }
    }

    private void came(long sentNanos) {
        if (measuring && messages < MOST_SAMPLES) {
            millis[messages++] = (System.nanoTime() - sentNanos) / 1e6;
        }
    }

    public static void main(String[] arguments) throws Exception {
        new FanoutBench().run(Integer.parseInt(arguments[0]), Path.of("/proc", arguments[1], "stat"),
                Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
    }

    private void run(int port, Path stat, int count, int seconds, int stalled) throws IOException {
        SocketChannel[] silent = new SocketChannel[stalled];
        for (int i = 0; i < stalled; i++) {
            silent[i] = upgraded(port);
        }
        Selector selector = Selector.open();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = upgraded(port);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Client());
        }
        readFor(selector, WARM_UP_SECONDS);
        measuring = true;
        double before = cpuSeconds(stat);
        long began = System.nanoTime();
        readFor(selector, seconds);
        double took = (System.nanoTime() - began) / 1e9;
        double cpu = cpuSeconds(stat) - before;
        double[] sorted = Arrays.copyOf(millis, messages);
        Arrays.sort(sorted);
        System.out.printf(Locale.ROOT, "%d %.3f %.2f %.2f %.1f%n", messages, 1e6 * cpu / messages,
                sorted[(int) (messages * 0.5)], sorted[(int) (messages * 0.99)], messages / took);
        for (SocketChannel channel : silent) {
            channel.close();
        }
    }

    private static SocketChannel upgraded(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.write(ByteBuffer.wrap(("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer one = ByteBuffer.allocate(1);
        int end = 0;
        while (end != 0x0d0a0d0a) {
            one.clear();
            if (channel.read(one) < 0) {
                throw new IOException("the server closed instead of upgrading");
            }
            end = end << 8 | one.get(0) & 0xff;
        }
        return channel;
    }

    private void readFor(Selector selector, int seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                scratch.clear();
                if (((SocketChannel) key.channel()).read(scratch) < 0) {
                    throw new IOException("the server closed a connection");
                }
                ((Client) key.attachment()).read(scratch.flip());
            }
            selector.selectedKeys().clear();
        }
    }

    /** User and system time of all threads; the clock ticks of Linux are 10 ms. */
    private static double cpuSeconds(Path stat) throws IOException {
        String line = Files.readString(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
