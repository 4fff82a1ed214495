package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.aggregator.access.Token;
import io.sentinelmesh.aggregator.door.DoorSettings;
import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.identity.TrustSettings;
import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.vertx.core.json.JsonObject;

/** An aggregator on a free loopback port, over a fake store, and a client for it. */
final class RunningAggregator implements AutoCloseable {

    final FakeStore store;
    final MeshTrust trust;
    private final Aggregator aggregator;
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean closed;

    private RunningAggregator(FakeStore store, MeshTrust trust, Aggregator aggregator) {
        this.store = store;
        this.trust = trust;
        this.aggregator = aggregator;
    }

    static RunningAggregator over(FakeStore store, Path dataDir) throws IOException {
        return over(store, dataDir, new ListenSettings("127.0.0.1", 0, Optional.empty()));
    }

    static RunningAggregator over(FakeStore store, Path dataDir, ListenSettings listen) throws IOException {
        return over(store, dataDir, listen, BatchQueue.Bounds.DEFAULT);
    }

    static RunningAggregator over(FakeStore store, Path dataDir, ListenSettings listen, BatchQueue.Bounds bounds)
            throws IOException {
        // Most tests are about what is said on a link, not about who may open it.
        return start(store, dataDir, listen, true, bounds, Clock.systemUTC());
    }

    /** As it is without {@code --insecure}: agents come in by the door only. */
    static RunningAggregator secure(FakeStore store, Path dataDir, Clock clock) throws IOException {
        return start(store, dataDir, new ListenSettings("127.0.0.1", 0, Optional.empty()), false,
                BatchQueue.Bounds.DEFAULT, clock);
    }

    private static RunningAggregator start(FakeStore store, Path dataDir, ListenSettings listen, boolean plainLink,
            BatchQueue.Bounds bounds, Clock clock) throws IOException {
        Token token = Token.inFile(dataDir.resolve(Aggregator.TOKEN_FILE));
        MeshTrust trust = MeshTrust.open(TrustSettings.in(dataDir, Optional.empty(), List.of("127.0.0.1", "localhost")),
                clock);
        Aggregator aggregator = new Aggregator(
                new Listeners(listen, new DoorSettings("127.0.0.1", 0), 7421, plainLink), store,
                new Credentials(token, trust), bounds, clock);
        try {
            aggregator.start();
        } catch (StartupException failure) {
            aggregator.close();
            throw failure;
        }
        return new RunningAggregator(store, trust, aggregator);
    }

    int port() {
        return aggregator.port();
    }

    /** On how many event loops the mesh, the page and the door are. */
    int eventLoops() {
        return aggregator.eventLoops().size();
    }

    int doorPort() {
        return aggregator.doorPort();
    }

    /** What the keeper does every few seconds, now. */
    void lookAfterIdentities() {
        aggregator.lookAfterIdentities();
    }

    /** A token's text. */
    String token(String body) {
        HttpResponse<String> made = post("/api/v1/join-tokens", body);
        if (made.statusCode() != 201) {
            throw new AssertionError(made.body());
        }
        return new JsonObject(made.body()).getString("token");
    }

    HttpResponse<String> delete(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).DELETE().build());
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<byte[]> bytes(String path) {
        return http.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build(),
                HttpResponse.BodyHandlers.ofByteArray()).join();
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> put(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .PUT(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/yaml");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError(request + " failed", failure);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    JsonObject json(String path) {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            aggregator.close();
            http.close();
        }
    }
}
