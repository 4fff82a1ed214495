package io.sentinelmesh.aggregator;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import io.vertx.core.json.JsonObject;

/** Watches the live stream as a browser does. */
final class TestBrowser implements AutoCloseable, WebSocket.Listener {

    /** JsonObject for a text message, little-endian ByteBuffer for a binary one, in the order they came. */
    final List<Object> messages = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    private TestBrowser(int port, String query) {
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/api/v1/stream" + query), this).join();
    }

    static TestBrowser watch(int port) {
        return new TestBrowser(port, "");
    }

    /** @param query with its question mark */
    static TestBrowser watch(int port, String query) {
        return new TestBrowser(port, query);
    }

    List<ByteBuffer> snapshots() {
        return binaries(1);
    }

    List<ByteBuffer> deltas() {
        return binaries(2);
    }

    private List<ByteBuffer> binaries(int type) {
        return messages.stream().filter(ByteBuffer.class::isInstance).map(ByteBuffer.class::cast)
                .filter(message -> message.get(1) == type).toList();
    }

    List<JsonObject> nodes() {
        return messages.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList();
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            messages.add(ByteBuffer.wrap(binary.toByteArray()).order(ByteOrder.LITTLE_ENDIAN));
            binary.reset();
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(new JsonObject(text.toString()));
            text.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }
}
