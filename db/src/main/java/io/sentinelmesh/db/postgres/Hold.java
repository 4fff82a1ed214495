package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.time.Duration;

/** For how long a period is set aside that could not be summed up by itself. */
final class Hold {

    /** What its content is refused for is refused again, unless a newer version is put in its place. */
    static final Duration REFUSED = Duration.ofHours(1);
    /** What took too long is done at a quieter time, perhaps; each try may cost a minute, so others must get more. */
    static final Duration SLOW = Duration.ofMinutes(5);

    private Hold() {
    }

    static Duration after(RuntimeException failure) {
        return failure.getCause() instanceof SQLException cause
                && SqlTrouble.stateOf(cause).equals(SqlTrouble.QUERY_CANCELED) ? SLOW : REFUSED;
    }
}
