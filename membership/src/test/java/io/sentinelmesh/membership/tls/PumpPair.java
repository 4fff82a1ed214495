package io.sentinelmesh.membership.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Two pumps joined by two pipes, driven by one thread that calls a direction only where a network layer would: when bytes came, when there is room, or when it
 * was woken. A pump that forgets to wake a direction stands still here, as it would there.
 */
final class PumpPair {

    /** One end: what a network layer keeps around a pump. */
    final class End implements TlsPump.Surroundings {

        private final TlsPump pump;
        private final ByteBuffer in;
        private final ByteBuffer out;
        private final ByteBuffer received;
        private final Deque<ByteBuffer> toSend = new ArrayDeque<>();
        private boolean inboundBlocked;
        private boolean outboundBlocked;
        private volatile boolean inboundWoken = true;
        private volatile boolean outboundWoken = true;
        private boolean judged;
        private IOException ended;
        private IOException verdict;

        private End(SSLContext context, boolean client) throws SSLException {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(client);
            engine.setEnabledProtocols(new String[]{"TLSv1.3"});
            engine.setNeedClientAuth(!client);
            pump = new TlsPump(engine, executor, this);
            in = ByteBuffer.allocate(pump.recordBytes());
            out = ByteBuffer.allocate(pump.recordBytes());
            received = ByteBuffer.allocate(1 << 21);
        }

        void send(byte[] bytes) {
            toSend.add(ByteBuffer.wrap(bytes));
            outboundWoken = true;
        }

        void refusesWith(IOException reason) {
            verdict = reason;
        }

        byte[] received() {
            return Arrays.copyOf(received.array(), received.position());
        }

        TlsPump pump() {
            return pump;
        }

        IOException ended() {
            return ended;
        }

        boolean judged() {
            return judged;
        }

        @Override
        public void wakeInbound() {
            inboundWoken = true;
        }

        @Override
        public void wakeOutbound() {
            outboundWoken = true;
        }

        @Override
        public void judge(SSLSession session) throws IOException {
            judged = true;
            if (verdict != null) {
                throw verdict;
            }
        }

        /** Whether anything happened. */
        private boolean turnOutbound(End other) {
            boolean may = outboundWoken || (!outboundBlocked && out.position() > 0);
            if (!may || ended != null) {
                return false;
            }
            outboundWoken = false;
            ByteBuffer plain = toSend.isEmpty() ? ByteBuffer.allocate(0) : toSend.peek();
            // As small a piece as chance will have it: records of all sizes.
            int limit = plain.limit();
            plain.limit(Math.min(limit, plain.position() + 1 + random.nextInt(40_000)));
            try {
                TlsPump.Step step = pump.write(plain, out);
                outboundBlocked = step == TlsPump.Step.WAITING;
                if (step == TlsPump.Step.FULL) {
                    outboundWoken = true;
                }
            } catch (IOException e) {
                ended = e;
            }
            plain.limit(limit);
            if (!plain.hasRemaining()) {
                toSend.poll();
            }
            if (!toSend.isEmpty() && !outboundBlocked) {
                outboundWoken = true;
            }
            out.flip();
            int length = Math.min(Math.min(out.remaining(), 1 + random.nextInt(largestChunk)), other.in.remaining());
            other.in.put(out.slice(out.position(), length));
            out.position(out.position() + length);
            out.compact();
            if (length > 0 && !other.inboundBlocked) {
                other.inboundWoken = true;
            }
            if (out.position() > 0) {
                outboundWoken = true;
            }
            return true;
        }

        private boolean turnInbound() {
            if (!inboundWoken || ended != null) {
                return false;
            }
            inboundWoken = false;
            ByteBuffer plain = ByteBuffer.allocate(1 + random.nextInt(largestChunk));
            in.flip();
            try {
                TlsPump.Step step = pump.read(in, plain);
                inboundBlocked = step == TlsPump.Step.WAITING;
                if (step == TlsPump.Step.FULL) {
                    inboundWoken = true;
                }
            } catch (IOException e) {
                ended = e;
            }
            in.compact();
            received.put(plain.flip());
            return true;
        }
    }

    private final Random random;
    private final int largestChunk;
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final Executor executor;
    final End client;
    final End server;

    PumpPair(SSLContext clientContext, SSLContext serverContext, long seed, int largestChunk) throws SSLException {
        this.random = new Random(seed);
        this.largestChunk = largestChunk;
        this.executor = work::add;
        this.client = new End(clientContext, true);
        this.server = new End(serverContext, false);
    }

    /** Whether anything had something to do. */
    private boolean turn() {
        boolean moved = false;
        if (!work.isEmpty() && random.nextInt(4) == 0) {
            work.poll().run();
            moved = true;
        }
        int first = random.nextInt(4);
        for (int i = 0; i < 4; i++) {
            moved |= switch ((first + i) % 4) {
                case 0 -> client.turnOutbound(server);
                case 1 -> server.turnInbound();
                case 2 -> server.turnOutbound(client);
                default -> client.turnInbound();
            };
        }
        if (!moved && !work.isEmpty()) {
            work.poll().run();
            moved = true;
        }
        return moved;
    }

    /** Until nothing moves any more. */
    void run() {
        int turns = 0;
        while (turn()) {
            if (++turns > 2_000_000) {
                throw new AssertionError("the pumps go round in circles");
            }
        }
    }

    /** The alert of an end that failed, put into the other's way. */
    static void lastWords(End from, End to) {
        ByteBuffer words = from.pump.lastWords();
        to.in.put(words);
        to.inboundWoken = true;
    }
}
