package io.sentinelmesh.probe.http;

import java.util.List;

import io.sentinelmesh.probe.exchange.Reachability;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;

/** {@code http}: a web server's answer, phase by phase. */
public final class HttpKind implements Kind {

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String summary() {
        return "Fetches a URL: time of each phase, status, body and redirect rules, certificate, HTTP/1.1 and HTTP/2";
    }

    @Override
    public String targetForm() {
        return "URL";
    }

    @Override
    public List<Setting<?>> settings() {
        return HttpSettings.ALL;
    }

    @Override
    public Run prepare(String target, Settings settings) {
        return new HttpRun(check(target, settings), settings.get(HttpSettings.COUNT),
                settings.get(HttpSettings.INTERVAL), settings.get(HttpSettings.EXPIRY_WARNING));
    }

    /**
     * For {@link HttpProbing}. May block on the name service.
     *
     * @throws io.sentinelmesh.probe.kind.BadRequestException as {@link #prepare} does
     */
    public HttpCheck check(String target, Settings settings) {
        WebAddress address = WebAddress.parse(target);
        return HttpSettings.check(address, settings,
                Reachability.require(address.host(), address.port(), settings));
    }
}
