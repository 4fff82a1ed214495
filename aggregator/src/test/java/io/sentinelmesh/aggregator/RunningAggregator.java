package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

import io.sentinelmesh.aggregator.access.Token;
import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.vertx.core.json.JsonObject;

/** An aggregator on a free loopback port, over a fake store, and a client for it. */
final class RunningAggregator implements AutoCloseable {

    final FakeStore store;
    private final Aggregator aggregator;
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean closed;

    private RunningAggregator(FakeStore store, Aggregator aggregator) {
        this.store = store;
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
        Token token = Token.inFile(dataDir.resolve(Aggregator.TOKEN_FILE));
        Aggregator aggregator = new Aggregator(listen, store, token, bounds, Clock.systemUTC());
        try {
            aggregator.start();
        } catch (StartupException failure) {
            aggregator.close();
            throw failure;
        }
        return new RunningAggregator(store, aggregator);
    }

    int port() {
        return aggregator.port();
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
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
