package io.sentinelmesh.aggregator.membership;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.SeatSettings;
import io.sentinelmesh.trust.TlsIdentity;

/**
 * @param address the only one the member binds to
 * @param seeds host:port of others, besides those remembered
 * @param rememberIn the file with the members known last
 */
public record MembershipSettings(String address, int port, List<String> seeds, Path rememberIn) {

    public MembershipSettings {
        seeds = List.copyOf(seeds);
    }

    SeatSettings seat(NodeId self, Optional<TlsIdentity> identity) {
        return new SeatSettings(self, SeatSettings.Kind.DATA, address, port, seeds, rememberIn, identity);
    }
}
