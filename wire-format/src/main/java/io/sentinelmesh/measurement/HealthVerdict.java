package io.sentinelmesh.measurement;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a prober's word about the network may be trusted.
 *
 * @param impairments what speaks against it, each once, in the order of the enum; empty: nothing
 */
public record HealthVerdict(List<Impairment> impairments) {

    public static final HealthVerdict WELL = new HealthVerdict(List.of());

    public HealthVerdict {
        impairments = impairments.stream().distinct().sorted().toList();
    }

    public boolean impaired() {
        return !impairments.isEmpty();
    }

    /** For people, in one line; empty if it is well. */
    public String reason() {
        return impairments.stream().map(Impairment::sentence).collect(Collectors.joining("; "));
    }
}
