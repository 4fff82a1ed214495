package io.sentinelmesh.probe.http;

import java.util.List;
import java.util.Map;

/**
 * What a request does.
 *
 * @param headers beside those that the protocol needs, in order
 * @param body may be empty
 */
record HttpAsk(String method, List<Map.Entry<String, String>> headers, String body) {

    HttpAsk {
        headers = List.copyOf(headers);
    }
}
