package io.sentinelmesh.aggregator.settings;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.db.SettingsStore;
import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.settings.Fault;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.Future;

/** Puts documents in force and notices those that another aggregator on the same database put in force. Any thread. */
public final class SettingsDesk {

    /** Another aggregator's agents have new settings at once; those of this one at most so much later. */
    public static final Duration LOOKING = Duration.ofSeconds(2);
    /** Versions that a list of them shows. */
    public static final int MOST_LISTED = 200;

    private static final Logger log = LoggerFactory.getLogger(SettingsDesk.class);

    /** What became of a document that somebody wants in force. */
    public sealed interface Outcome {

        record Stored(StoredSettings.Entry entry) implements Outcome {
        }

        /** It is the one in force already. */
        record Unchanged(StoredSettings.Entry entry) implements Outcome {
        }

        record Invalid(List<Fault> faults) implements Outcome {
        }

        /** @param newest was put in force in the meantime */
        record Overtaken(long newest) implements Outcome {
        }
    }

    private final SettingsStore store;
    private final BlockingCalls blocking;
    private final Clock clock;
    private final Consumer<Frame.Settings> tell;
    /** Guarded by this. */
    private Optional<Frame.Settings> newest = Optional.empty();
    private boolean looking;
    private boolean saidTrouble;

    /** @param tell hears the settings in force after each look, changed or not; called by any thread */
    public SettingsDesk(SettingsStore store, BlockingCalls blocking, Clock clock, Consumer<Frame.Settings> tell) {
        this.store = store;
        this.blocking = blocking;
        this.clock = clock;
        this.tell = tell;
    }

    /**
     * @param after the version it was written after, 0 for the first
     * @param author who wants it, by their own word
     */
    public Future<Outcome> put(String document, long after, String author) {
        return blocking.call(() -> {
            try {
                SettingsDocument.parse(document);
            } catch (SettingsException e) {
                return new Outcome.Invalid(e.faults());
            }
            Optional<StoredSettings> before = store.newest();
            if (before.filter(stored -> stored.document().equals(document) && stored.entry().version() == after)
                    .isPresent()) {
                return new Outcome.Unchanged(before.get().entry());
            }
            StoredSettings.Draft draft = new StoredSettings.Draft(document, clock.instant(), author);
            OptionalLong version = store.add(after, draft);
            if (version.isEmpty()) {
                return new Outcome.Overtaken(store.newestVersion());
            }
            log.info("Settings version {} by {} are in force, SHA-256 {}", version.getAsLong(), author, draft.sha256());
            learn(new Frame.Settings(version.getAsLong(), document));
            return new Outcome.Stored(
                    new StoredSettings.Entry(version.getAsLong(), draft.sha256(), draft.at(), author));
        });
    }

    /** Empty before there are any. */
    public Future<Optional<StoredSettings>> inForce() {
        return blocking.call(store::newest);
    }

    public Future<Optional<StoredSettings>> version(long version) {
        return blocking.call(() -> store.version(version));
    }

    /** Newest first. */
    public Future<List<StoredSettings.Entry>> history() {
        return blocking.call(() -> store.history(MOST_LISTED));
    }

    /** Looks whether there are newer ones; one look at a time. */
    public void look() {
        synchronized (this) {
            if (looking) {
                return;
            }
            looking = true;
        }
        blocking.call(() -> {
            readNewest();
            return true;
        }).onComplete(looked -> {
            if (looked.failed()) {
                trouble(looked.cause());
            }
            synchronized (this) {
                looking = false;
                saidTrouble = looked.failed();
            }
        });
    }

    private void readNewest() {
        long version = store.newestVersion();
        Optional<Frame.Settings> known = newest();
        if (known.isPresent() && known.get().version() == version) {
            tell.accept(known.get());
        } else if (version > 0) {
            store.newest().ifPresent(
                    stored -> learn(new Frame.Settings(stored.entry().version(), stored.document())));
        }
    }

    private void trouble(Throwable why) {
        synchronized (this) {
            if (saidTrouble) {
                return;
            }
        }
        log.warn("Whether there are newer settings is not known, agents keep those they have: {}", why.getMessage());
    }

    private synchronized Optional<Frame.Settings> newest() {
        return newest;
    }

    /** A look that began before a document was stored may end after it. */
    private void learn(Frame.Settings settings) {
        synchronized (this) {
            if (newest.filter(known -> known.version() >= settings.version()).isPresent()) {
                return;
            }
            newest = Optional.of(settings);
        }
        tell.accept(settings);
    }
}
