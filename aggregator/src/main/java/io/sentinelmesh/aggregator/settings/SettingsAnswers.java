package io.sentinelmesh.aggregator.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;

/** What each agent has in force, by its own word. Called by one thread only (the mesh thread). */
public final class SettingsAnswers {

    /**
     * @param version in force at the agent; 0: the standard values
     * @param pinned keys that its own file decides
     * @param refused what it was told after that and did not take
     */
    public record Answer(long version, List<String> pinned, Optional<Refused> refused) {
    }

    /** @param reason with place and remedy */
    public record Refused(long version, String reason) {
    }

    private final Map<NodeId, Answer> answers = new HashMap<>();

    /** A new link; what an earlier one heard is not forgotten before the agent answers anew. */
    public void hello(NodeId agent, OptionalLong version) {
        if (version.isEmpty()) {
            answers.remove(agent);
            return;
        }
        Optional<Answer> before = of(agent);
        answers.put(agent, new Answer(version.getAsLong(), before.map(Answer::pinned).orElse(List.of()),
                before.flatMap(Answer::refused)));
    }

    public void replied(NodeId agent, Frame.SettingsReply reply) {
        Answer answer = reply.accepted()
                ? new Answer(reply.version(), reply.pinned(), Optional.empty())
                : new Answer(of(agent).map(Answer::version).orElse(0L), reply.pinned(),
                        Optional.of(new Refused(reply.version(), reply.reason())));
        answers.put(agent, answer);
    }

    /** Empty if it never said anything: it is not linked since this process started, or knows no settings. */
    public Optional<Answer> of(NodeId agent) {
        return Optional.ofNullable(answers.get(agent));
    }
}
