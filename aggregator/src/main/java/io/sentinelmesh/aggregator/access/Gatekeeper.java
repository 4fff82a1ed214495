package io.sentinelmesh.aggregator.access;

import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

import io.sentinelmesh.aggregator.problem.Problem;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Decides which request goes on. On a loopback listener nobody needs a token, but a web page of another origin must not get in through the
 * browser on this host: the Host header must name loopback (against DNS rebinding) and an Origin must be our own. On any other listener
 * the API, the agents' link and the metrics need the token or the session cookie made with it.
 */
public final class Gatekeeper {

    public static final String SESSION_PATH = "/api/v1/session";
    private static final String BEARER = "bearer ";
    private static final int MOST_HEADER_CHARS = 512;

    private final boolean loopback;
    private final boolean tls;
    private final int port;
    private final Token token;
    private final Sessions sessions;

    /**
     * @param loopback the listener is bound to a loopback address
     * @param port names the cookie: cookies do not tell the ports of one host apart
     */
    public Gatekeeper(boolean loopback, boolean tls, int port, Token token, Clock clock) {
        this.loopback = loopback;
        this.tls = tls;
        this.port = port;
        this.token = token;
        this.sessions = new Sessions(token, clock);
    }

    /** Passes the request on, or answers it. */
    public void check(RoutingContext ctx) {
        Optional<Problem> objection = objection(ctx.request(), ctx.normalizedPath());
        if (objection.isPresent()) {
            objection.get().answer(ctx);
        } else {
            ctx.next();
        }
    }

    /** @param path normalised as the router does it: a guard that reads a path otherwise than the router can be walked round */
    private Optional<Problem> objection(HttpServerRequest request, String path) {
        String host = header(request, "Host").orElse("");
        if (loopback && !Hosts.isLoopback(host)) {
            return Optional.of(Problem.forbidden("this aggregator listens on loopback only and takes requests for "
                    + "localhost, 127.0.0.1 or [::1], not for the host '" + shown(host)
                    + "'; to be reached by other names start it with --listen"));
        }
        boolean changes = !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
        if ((changes || request.headers().contains("Upgrade")) && foreign(request, host)) {
            return Optional.of(Problem.forbidden("a page of another origin may not do this: the Origin header must be "
                    + (tls ? "https://" : "http://") + shown(host)));
        }
        return authentication(request, path);
    }

    private boolean foreign(HttpServerRequest request, String host) {
        Optional<String> origin = header(request, "Origin");
        return origin.isPresent() && !origin.get().equalsIgnoreCase((tls ? "https://" : "http://") + host);
    }

    private Optional<Problem> authentication(HttpServerRequest request, String path) {
        Optional<String> authorization = header(request, "Authorization");
        if (authorization.isPresent()) {
            String given = authorization.get();
            boolean right = given.length() <= MOST_HEADER_CHARS
                    && given.toLowerCase(Locale.ROOT).startsWith(BEARER)
                    && token.matches(given.substring(BEARER.length()).strip());
            return right
                    ? Optional.empty()
                    : Optional.of(Problem.unauthorized("the Authorization header must be 'Bearer ' and the token in "
                            + "the file api-token of the aggregator's data folder; this one is not"));
        }
        if (loopback || open(request.method(), path) || hasSession(request)) {
            return Optional.empty();
        }
        return Optional.of(Problem.unauthorized("this request needs the header 'Authorization: Bearer <token>' (the "
                + "token is in the file api-token of the aggregator's data folder) or a session: POST the token to "
                + SESSION_PATH));
    }

    /** Free for all on every listener: the dashboard's files, its way to log in, and what an orchestrator looks at. */
    private static boolean open(HttpMethod method, String path) {
        boolean guarded = path.equals("/metrics") || path.equals("/api") || path.startsWith("/api/");
        return !guarded || (path.equals(SESSION_PATH) && method.equals(HttpMethod.POST));
    }

    private boolean hasSession(HttpServerRequest request) {
        Cookie cookie = request.getCookie(cookieName());
        return cookie != null && sessions.valid(cookie.getValue());
    }

    private String cookieName() {
        return "sentinel-session-" + port;
    }

    /** {@code POST /api/v1/session}: changes a token into a cookie that scripts of a page cannot read. */
    public void openSession(RoutingContext ctx) {
        Optional<String> offered = offeredToken(ctx);
        if (offered.isEmpty()) {
            new Problem(400, "bad-body", "Bad body", "the body must be JSON such as {\"token\": \"…\"}").answer(ctx);
        } else if (!token.matches(offered.get())) {
            Problem.unauthorized("this is not the token in the file api-token of the aggregator's data folder")
                    .answer(ctx);
        } else {
            Cookie cookie = Cookie.cookie(cookieName(), sessions.open()).setHttpOnly(true).setSecure(tls)
                    .setSameSite(CookieSameSite.STRICT).setPath("/").setMaxAge(Sessions.LIFE.toSeconds());
            ctx.response().addCookie(cookie).setStatusCode(204).putHeader("Cache-Control", "no-store").end();
        }
    }

    private static Optional<String> offeredToken(RoutingContext ctx) {
        try {
            JsonObject body = ctx.body().asJsonObject();
            return body != null && body.getValue("token") instanceof String text
                    ? Optional.of(text)
                    : Optional.empty();
        } catch (DecodeException | ClassCastException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<String> header(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** What came from outside is shown only as far as it may be a name. */
    private static String shown(String host) {
        String clean = host.replaceAll("[^A-Za-z0-9.:\\[\\]-]", "?");
        return clean.length() > 80 ? clean.substring(0, 80) : clean;
    }
}
