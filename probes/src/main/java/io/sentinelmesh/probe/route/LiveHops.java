package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;

import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.route.Answer.FromRouter;

/** Tells people of each router as it is found: the first answer of each address, the destination once. */
final class LiveHops implements TraceWatcher {

    private final Progress progress;
    private final IntFunction<Integer> flowNames;
    private final Set<InetAddress> told = new HashSet<>();

    LiveHops(Progress progress, IntFunction<Integer> flowNames) {
        this.progress = progress;
        this.flowNames = flowNames;
    }

    @Override
    public void answered(int flow, int hopLimit, Answer answer) {
        if (told.add(answer.from())) {
            progress.line(String.format(Locale.ROOT, "hop %2d  %s  %.3f ms  (flow %d)%s", hopLimit,
                    AddressText.of(answer.from()), answer.roundTripNanos() / 1e6, flowNames.apply(flow),
                    answer instanceof FromRouter ? "" : "  end"));
        }
    }
}
