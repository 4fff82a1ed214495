package io.sentinelmesh.aggregator.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.aggregator.stream.StreamDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;

/** A browser's side: asks for the stream, reads all of it. */
final class Watch {

    private final WebSocketClient client;
    private final int port;

    Watch(Vertx vertx, int port) {
        this.client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(4 << 20).setMaxMessageSize(64 << 20));
        this.port = port;
    }

    /** What a snapshot took from asking for it to its last byte. */
    record Snapshot(byte[] bytes, double millis) {
    }

    Snapshot snapshot() throws Exception {
        CompletableFuture<Snapshot> come = new CompletableFuture<>();
        long asked = System.nanoTime();
        client.connect(port, "127.0.0.1", "/api/v1/stream").onSuccess(socket -> socket.binaryMessageHandler(message -> {
            if (come.complete(new Snapshot(message.getBytes(), (System.nanoTime() - asked) / 1e6))) {
                socket.close();
            }
        })).onFailure(come::completeExceptionally);
        return come.get(30, TimeUnit.SECONDS);
    }

    /** Decodes every message; notes for each marked cell how long its row was under way. Guarded by itself. */
    final class Reader {

        private final StreamDecoder decoder = new StreamDecoder();
        private final BenchAgents agents;
        private final int nodes;
        private final List<Double> millis = new ArrayList<>();
        private long messages;
        private long bytes;

        Reader(BenchAgents agents, int nodes) {
            this.agents = agents;
            this.nodes = nodes;
            client.connect(port, "127.0.0.1", "/api/v1/stream")
                    .onSuccess(socket -> socket.binaryMessageHandler(this::read)).onFailure(Throwable::printStackTrace);
        }

        private synchronized void read(Buffer message) {
            List<StreamDecoder.Told> told = decoder.apply(ByteBuffer.wrap(message.getBytes()));
            long now = System.nanoTime();
            messages++;
            bytes += message.length();
            for (StreamDecoder.Told cell : told) {
                if (cell.destination() == LiveBench.marked(cell.source(), nodes)) {
                    long handedOver = agents.takeHandedOver(cell.source(), (cell.code() & 0xffff) - 2);
                    if (handedOver != 0) {
                        millis.add((now - handedOver) / 1e6);
                    }
                }
            }
        }

        synchronized void forgetFigures() {
            millis.clear();
            messages = 0;
            bytes = 0;
        }

        synchronized int cells() {
            return decoder.cells.size();
        }

        synchronized int samples() {
            return millis.size();
        }

        synchronized double quantile(double q) {
            List<Double> sorted = new ArrayList<>(millis);
            Collections.sort(sorted);
            return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, q * sorted.size()));
        }

        synchronized double bytesPerMessage() {
            return messages == 0 ? 0 : (double) bytes / messages;
        }
    }
}
