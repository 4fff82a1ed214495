package io.sentinelmesh.probe.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.sentinelmesh.probe.exchange.ConnectionFailure;
import io.sentinelmesh.probe.exchange.NameLookup;

/** One check: a request, and those that its answer redirects to. Event thread. */
final class HttpProbe implements HttpExchange.Listener {

    /** Not for the eyes of another server than they were meant for. */
    private static final Set<String> SECRETS = Set.of("authorization", "proxy-authorization", "cookie");

    private final EventLoop loop;
    private final NameLookup names;
    private final HttpCheck check;
    private final Consumer<HttpResult> then;
    private final List<HttpHop> hops = new ArrayList<>(1);
    private final Set<String> visited = new HashSet<>();
    private HttpStep step;
    private HttpExchange exchange;
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();

    /** @param then hears the result, once, within the check's timeout */
    HttpProbe(EventLoop loop, NameLookup names, HttpCheck check, Consumer<HttpResult> then) {
        this.loop = loop;
        this.names = names;
        this.check = check;
        this.then = then;
        step = check.first();
        exchange = new HttpExchange(loop, names, step, check, this);
    }

    void begin() {
        deadline = Optional
                .of(loop.schedule(() -> exchange.expire(), check.timeout().toNanos(), TimeUnit.NANOSECONDS));
        exchange.begin();
    }

    @Override
    public void failed(HttpHop hop, HttpOutcome outcome) {
        hops.add(hop);
        end(outcome);
    }

    @Override
    public void answered(HttpHop hop, HttpAnswer answer) {
        hops.add(hop);
        if (check.mostRedirects() > 0 && isRedirect(answer.status()) && answer.location().isPresent()) {
            redirected(answer.status(), answer.location().orElseThrow());
        } else {
            end(HttpVerdict.of(answer, check.expectation()));
        }
    }

    private void redirected(int status, String location) {
        visited.add(key(step));
        Optional<WebAddress> next = step.address().follow(location);
        if (next.isEmpty()) {
            end(new HttpOutcome.RedirectInvalid(shortened(location)));
            return;
        }
        if (hops.size() > check.mostRedirects()) {
            end(new HttpOutcome.TooManyRedirects(check.mostRedirects()));
            return;
        }
        WebAddress there = next.orElseThrow();
        step = check.step(there, next(status, there));
        if (!visited.add(key(step))) {
            end(new HttpOutcome.RedirectLoop(step.url()));
            return;
        }
        exchange = new HttpExchange(loop, names, step, check, this);
        exchange.begin();
    }

    private void end(HttpOutcome outcome) {
        deadline.ifPresent(timer -> timer.cancel(false));
        then.accept(new HttpResult(outcome, hops));
    }

    /** RFC 9110 section 15.4: 303 always, 301 and 302 by custom, turn what was sent into a question. */
    private HttpAsk next(int status, WebAddress there) {
        HttpAsk ask = step.ask();
        boolean sameOrigin = there.sameOrigin(step.address());
        boolean asksOnly = ask.method().equals("GET") || ask.method().equals("HEAD");
        boolean keeps = status == 307 || status == 308 || asksOnly;
        List<Map.Entry<String, String>> headers = ask.headers().stream()
                .filter(header -> sameOrigin || !SECRETS.contains(lower(header.getKey())))
                .filter(header -> keeps || !lower(header.getKey()).startsWith("content-"))
                // Names the first server.
                .filter(header -> sameOrigin || !lower(header.getKey()).equals("host")).toList();
        return new HttpAsk(keeps ? ask.method() : "GET", headers, keeps ? ask.body() : "");
    }

    private static String key(HttpStep step) {
        return step.ask().method() + " " + step.url();
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String shortened(String location) {
        return location.length() > 100 ? location.substring(0, 100) + "…" : location;
    }

    /** What a check is told that could not begin. */
    static HttpResult notSent(String why) {
        return new HttpResult(new HttpOutcome.Failed(new ConnectionFailure.NotSent(why)), List.of());
    }
}
