package io.sentinelmesh.aggregator.assets;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Serves the dashboard's files from the class path, each read once and kept. */
public final class DashboardFiles {

    private static final String ROOT = "webroot/";
    private static final String INDEX = "index.html";

    /** Far more than the dashboard has. */
    private static final int MOST_FILES = 500;

    /** No dot at a segment's start: neither ".." nor hidden files. */
    private static final Pattern SAFE_PATH = Pattern
            .compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,8}");

    /** The build puts a hash of the content into these names, so a name's content never changes. */
    private static final Pattern HASHED = Pattern.compile("assets/.+-[A-Za-z0-9_-]{8,}\\.[a-z0-9]+");

    private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"), Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"), Map.entry("png", "image/png"), Map.entry("ico", "image/x-icon"),
            Map.entry("json", "application/json"), Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("woff2", "font/woff2"), Map.entry("txt", "text/plain; charset=utf-8"));

    private record Asset(Buffer content, String type, String tag, boolean hashed) {
    }

    private final BlockingCalls blocking;
    private final ClassLoader classPath;
    private final Map<String, Asset> known = new ConcurrentHashMap<>();

    public DashboardFiles(BlockingCalls blocking, ClassLoader classPath) {
        this.blocking = blocking;
        this.classPath = classPath;
    }

    public void handle(RoutingContext ctx) {
        String asked = ctx.normalizedPath().substring(1);
        String last = asked.substring(asked.lastIndexOf('/') + 1);
        // For a browser a path without a file's ending is a page of the dashboard, which finds its way itself.
        boolean page = asked.isEmpty() || (!last.contains(".") && wantsHtml(ctx));
        String name = page ? INDEX : asked;
        if (!SAFE_PATH.matcher(name).matches()) {
            absent(ctx, name);
            return;
        }
        Asset cached = known.get(name);
        if (cached != null) {
            answer(ctx, cached);
            return;
        }
        blocking.call(() -> read(name)).onSuccess(read -> {
            if (read.isEmpty()) {
                absent(ctx, name);
            } else {
                if (known.size() < MOST_FILES) {
                    known.put(name, read.get());
                }
                answer(ctx, read.get());
            }
        }).onFailure(ctx::fail);
    }

    private static boolean wantsHtml(RoutingContext ctx) {
        String accepted = ctx.request().getHeader("Accept");
        return accepted != null && accepted.contains("text/html");
    }

    private Optional<Asset> read(String name) throws IOException {
        try (InputStream in = classPath.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] content = in.readAllBytes();
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            return Optional.of(new Asset(Buffer.buffer(content), type, '"' + hash(content) + '"',
                    HASHED.matcher(name).matches()));
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static void answer(RoutingContext ctx, Asset asset) {
        ctx.response().putHeader("ETag", asset.tag).putHeader("Cache-Control",
                asset.hashed ? "public, max-age=31536000, immutable" : "no-cache");
        if (asset.tag.equals(ctx.request().getHeader("If-None-Match"))) {
            ctx.response().setStatusCode(304).end();
        } else {
            ctx.response().putHeader("Content-Type", asset.type).end(asset.content);
        }
    }

    private static void absent(RoutingContext ctx, String name) {
        Problem.notFound(name.equals(INDEX)
                ? "this build has no dashboard: it was built without node; the API is at /api/v1 "
                        + "(/api/v1/openapi.yaml describes it)"
                : "there is no such page or file; the API is at /api/v1 (/api/v1/openapi.yaml describes it)")
                .answer(ctx);
    }
}
