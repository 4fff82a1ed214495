package io.sentinelmesh.aggregator.identity;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * @param folder of the mesh's own authority, unless one is given
 * @param idFile where the aggregator's own id is kept
 * @param hosts names and addresses by which agents reach this aggregator: they go into its certificate
 */
public record TrustSettings(Path folder, Path idFile, Optional<GivenAuthority> given, List<String> hosts) {

    /** Somebody else's authority, for example a company's; both PEM. */
    public record GivenAuthority(Path certificate, Path key) {
    }

    public TrustSettings {
        hosts = List.copyOf(hosts);
    }

    /** As it is in every data folder. */
    public static TrustSettings in(Path dataDir, Optional<GivenAuthority> given, List<String> hosts) {
        return new TrustSettings(dataDir.resolve("ca"), dataDir.resolve("aggregator-id"), given, hosts);
    }
}
