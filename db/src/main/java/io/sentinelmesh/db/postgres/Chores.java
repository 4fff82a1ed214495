package io.sentinelmesh.db.postgres;

import java.util.ArrayList;
import java.util.List;

/** Several pieces of work of which none keeps the next from its turn by failing. For one thread. */
final class Chores {

    private final List<RuntimeException> failures = new ArrayList<>();

    void run(Runnable chore) {
        try {
            chore.run();
        } catch (RuntimeException failure) {
            failures.add(failure);
        }
    }

    /** Throws the first failure, with the others attached. */
    void finish() {
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }
}
