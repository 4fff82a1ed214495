package io.sentinelmesh.probe;

import java.util.List;

import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.stamp.StampKind;

/** Every kind of probe there is: the command line, the configuration and the documentation go by this list. */
public final class ProbeKinds {

    private static final List<Kind> ALL = List.of(//
            new StampKind());

    private ProbeKinds() {
    }

    /** In the order in which they are shown. */
    public static List<Kind> all() {
        return ALL;
    }
}
