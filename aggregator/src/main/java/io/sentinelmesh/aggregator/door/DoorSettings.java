package io.sentinelmesh.aggregator.door;

/**
 * Where agents come in.
 *
 * @param port 0 takes any that is free
 */
public record DoorSettings(String address, int port) {
}
