package io.sentinelmesh.probe.http;

/** Hears the result of each check. Called on the event thread: must neither block nor throw. */
@FunctionalInterface
public interface HttpListener {

    /** @param begunMillis the wall clock at which it began, in milliseconds since the epoch */
    void ended(int target, long begunMillis, HttpResult result);
}
