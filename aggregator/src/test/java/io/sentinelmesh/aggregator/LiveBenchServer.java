package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.nio.file.Path;

/** The aggregator that {@code scripts/bench live} measures: as it is, over a store in memory, in a process of its own. */
final class LiveBenchServer {

    private LiveBenchServer() {
    }

    /** {@code LiveBenchServer FOLDER}: prints its port, and ends with its standard input. */
    public static void main(String[] arguments) throws IOException {
        RunningAggregator aggregator = RunningAggregator.over(new FakeStore(), Path.of(arguments[0]));
        System.out.println(aggregator.port());
        while (System.in.read() >= 0) {
            continue;
        }
        aggregator.close();
        System.exit(0);
    }
}
