package io.sentinelmesh.membership;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How an agent is to take part in the cluster. */
public enum MembershipMode {
    /** As circumstances permit: {@link ModeChoice}. */
    AUTO,
    /** As a lite member: others connect to its port. */
    MEMBER,
    /** As a client: it connects to members. */
    CLIENT,
    /** Not at all: the link to the aggregator tells it everything. */
    NONE;

    /** As people write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty if it is none of them. */
    public static Optional<MembershipMode> parse(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text().equals(text)).findFirst();
    }

    /** All of them, for messages. */
    public static String all() {
        return Arrays.stream(values()).map(MembershipMode::text).collect(Collectors.joining(", "));
    }
}
