package io.sentinelmesh.agent.enrolment;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.sentinelmesh.trust.Validity;

/** What to say of a certificate that is not in force: most often it is this host's clock that is wrong, so both times are named. */
final class ClockTrouble {

    private ClockTrouble() {
    }

    static String text(String whose, Validity life, Instant now) {
        Instant seconds = now.truncatedTo(ChronoUnit.SECONDS);
        return now.isBefore(life.from())
                ? "this host's clock shows " + seconds + ", but " + whose + " is valid only from " + life.from()
                        + ": set the clock (`timedatectl`), or have the aggregator's set"
                : "this host's clock shows " + seconds + ", but " + whose + " was valid until " + life.until()
                        + ": set the clock if it is wrong (`timedatectl`)";
    }
}
