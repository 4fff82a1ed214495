package io.sentinelmesh.aggregator;

import io.sentinelmesh.aggregator.door.DoorSettings;

/**
 * @param memberPort of the membership, for agents to be told; 0 if it isn't known
 * @param plainLink agents may also come in at the web port, without a certificate: only with {@code --insecure}
 */
record Listeners(ListenSettings web, DoorSettings door, int memberPort, boolean plainLink) {
}
