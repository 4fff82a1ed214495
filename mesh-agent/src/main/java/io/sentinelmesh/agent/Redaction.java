package io.sentinelmesh.agent;

import java.util.regex.Pattern;

/** Takes join tokens out of what people and logs get to see, wherever they were written by mistake. AgentLogging has the same pattern. */
final class Redaction {

    private static final Pattern TOKEN = Pattern.compile("smj1\\.[A-Za-z0-9_.-]*");

    private Redaction() {
    }

    static String of(String text) {
        return TOKEN.matcher(text).replaceAll("smj1.***");
    }
}
