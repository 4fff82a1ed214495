package io.sentinelmesh.agent.enrolment;

import java.time.Duration;

/** How long something still is, as people say it: its two largest units. */
final class LifeText {

    private LifeText() {
    }

    static String of(Duration left) {
        if (left.toDays() > 0) {
            return left.toDays() + " d " + left.toHoursPart() + " h";
        }
        if (left.toHours() > 0) {
            return left.toHours() + " h " + left.toMinutesPart() + " min";
        }
        return left.toMinutes() > 0
                ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
                : left.toSeconds() + " s";
    }
}
