package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code status} and {@code status json}. */
public final class StatusOrder implements Order {

    public static final String WORD = "status";
    static final int WELL = 0;
    static final int TROUBLE = 1;

    private final Supplier<AgentStatus> status;

    public StatusOrder(Supplier<AgentStatus> status) {
        this.status = status;
    }

    @Override
    public int run(List<String> words, Answer answer) throws IOException {
        AgentStatus now = status.get();
        if (words.contains("json")) {
            String fields = Json.of(now);
            String trouble = Json.of(Map.of("trouble", now.trouble()));
            // The one thing in it that is not a component.
            answer.out(fields.substring(0, fields.length() - 1) + "," + trouble.substring(1));
        } else {
            for (String line : StatusText.of(now)) {
                answer.out(line);
            }
        }
        return now.trouble().isEmpty() ? WELL : TROUBLE;
    }
}
