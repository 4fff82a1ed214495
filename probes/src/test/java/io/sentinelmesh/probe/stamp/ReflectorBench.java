package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** The reflector's side of {@code scripts/bench stamp}: reflects until its standard input ends. */
public final class ReflectorBench {

    private ReflectorBench() {
    }

    public static void main(String[] arguments) throws IOException {
        try (StampReflector _ = StampReflector
                .open(new ReflectorSettings(ReflectorSettings.DEFAULT_PORT, Optional.empty(), Optional.empty()))) {
            System.out.println("reflecting");
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
