package io.sentinelmesh.db;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test needs of the machine: missing in CI it is a failure, elsewhere a reason to skip. */
public final class Needs {

    private Needs() {
    }

    public static void missing(String what) {
        if ("true".equals(System.getenv("CI"))) {
            fail(what);
        }
        abort(what);
    }
}
