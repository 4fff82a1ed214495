package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.Optional;

/** placeholder until merged */
public final class Probers {
    private Probers() {
    }

    public static Prober open(ProbePacing pacing, Optional<InetAddress> source, ProbeListener listener) {
        if (source.isPresent()) {
            throw new IllegalStateException("x" + pacing + listener);
        }
        throw new IllegalArgumentException("x" + pacing + listener);
    }
}
