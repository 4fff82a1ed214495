package io.sentinelmesh.aggregator.past;

import java.time.Duration;
import java.time.Instant;

import io.sentinelmesh.db.SettingsStore;
import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;
import io.sentinelmesh.settings.SettingsKeys;

/** How long rounds were at a past instant, by the settings of then. Blocks. */
final class RoundLengths {

    /** Looked for in any case, since an agent's own file may pin something else. */
    static final Duration LEAST = Duration.ofMinutes(1);
    /** A round that covers the instant may have begun so long before it: the most that {@link SettingsKeys#ROUND_LENGTH} takes. */
    private static final Duration MOST = Duration.ofHours(1);
    /** That were in force in that hour; somebody who tries things out makes some. */
    private static final int MOST_VERSIONS = 10;

    private final SettingsStore settings;

    RoundLengths(SettingsStore settings) {
        this.settings = settings;
    }

    /** The longest that any agent was told to make, at the instant or within the hour before it. */
    Duration longestAt(Instant at) {
        Duration longest = LEAST;
        int read = 0;
        for (StoredSettings.Entry entry : settings.history(SettingsStore.KEPT)) {
            if (entry.storedAt().isAfter(at)) {
                continue;
            }
            Duration given = settings.version(entry.version()).map(RoundLengths::longestIn).orElse(LEAST);
            longest = given.compareTo(longest) > 0 ? given : longest;
            // Of those before, none was in force in that hour.
            if (++read == MOST_VERSIONS || !entry.storedAt().isAfter(at.minus(MOST))) {
                break;
            }
        }
        return longest;
    }

    private static Duration longestIn(StoredSettings stored) {
        try {
            return SettingsDocument.parse(stored.document()).given(SettingsKeys.ROUND_LENGTH).stream()
                    .max(Duration::compareTo).orElse(LEAST);
        } catch (SettingsException newer) {
            // A later version of this program took it.
            return LEAST;
        }
    }
}
