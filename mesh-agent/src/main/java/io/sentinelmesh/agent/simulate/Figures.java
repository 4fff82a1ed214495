package io.sentinelmesh.agent.simulate;

import java.util.concurrent.atomic.LongAdder;

/** What happened so far, of all agents together. Any thread. */
final class Figures {

    private static final int MOST_CAUSES = 10;

    final LongAdder links = new LongAdder();
    final LongAdder linksLost = new LongAdder();
    final LongAdder attemptsFailed = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder batchesSent = new LongAdder();
    final LongAdder batchesSentAgain = new LongAdder();
    final LongAdder batchBytes = new LongAdder();
    final LongAdder resultsMade = new LongAdder();
    final LongAdder resultsAcknowledged = new LongAdder();
    final LongAdder liveRows = new LongAdder();
    final LongAdder liveBytes = new LongAdder();
    final LongAdder liveRowsLeftOut = new LongAdder();
    private volatile String lastRefusal = "";
    private volatile String lastFailure = "";

    void refused(String words) {
        refusals.increment();
        lastRefusal = words;
    }

    /** An attempt to open a link. */
    void failed(Throwable cause) {
        attemptsFailed.increment();
        Throwable innermost = cause;
        for (int depth = 0; innermost.getCause() != null && depth < MOST_CAUSES; depth++) {
            innermost = innermost.getCause();
        }
        lastFailure = innermost.getClass().getSimpleName() + ": " + innermost.getMessage();
    }

    /** Empty if there was none. */
    String lastFailure() {
        return lastFailure;
    }

    /** Empty if there was none. */
    String lastRefusal() {
        return lastRefusal;
    }
}
