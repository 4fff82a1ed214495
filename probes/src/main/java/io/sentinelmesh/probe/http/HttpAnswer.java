package io.sentinelmesh.probe.http;

import java.util.Optional;

/**
 * What a server answered.
 *
 * @param version "1.0", "1.1" or "2"
 * @param location where it redirects to
 * @param body as much of its beginning as was asked for, in the charset that the server tells
 * @param keptBytes of which that was made
 * @param bodyBytes of the whole body
 */
record HttpAnswer(int status, String version, Optional<String> location, String body, int keptBytes,
        long bodyBytes) {
}
