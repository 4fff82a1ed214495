package io.sentinelmesh.aggregator.membership;

import java.nio.file.Path;
import java.util.List;

/**
 * @param address the only one the member binds to
 * @param seeds host:port of others, besides those remembered
 * @param rememberIn the file with the members known last
 */
public record MembershipSettings(String address, int port, List<String> seeds, Path rememberIn) {

    public MembershipSettings {
        seeds = List.copyOf(seeds);
    }
}
