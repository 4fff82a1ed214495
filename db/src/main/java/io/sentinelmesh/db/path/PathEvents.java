package io.sentinelmesh.db.path;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.NodeId;

/** Changes of paths as the timeline tells them. */
public final class PathEvents {

    private PathEvents() {
    }

    /** @param now when it was noticed */
    public static Event of(NodeId source, NodeId destination, PathJudge.Verdict.Changed change, Instant now) {
        Map<String, String> details = new TreeMap<>();
        details.put("before", change.before().path().hash());
        details.put("after", change.path().path().hash());
        details.put("tracedAt", change.path().since().toString());
        details.put("outcome", change.path().outcome().label());
        details.put("firstDifferingHop",
                "" + change.before().path().firstDifferingHop(change.path().path()));
        return new Event(now, EventType.PATH_CHANGE, new Subject.Pair(source, destination), details);
    }
}
