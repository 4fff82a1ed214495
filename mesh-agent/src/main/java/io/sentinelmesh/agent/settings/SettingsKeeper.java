package io.sentinelmesh.agent.settings;

import java.io.UncheckedIOException;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.identity.DataFolderException;
import io.sentinelmesh.settings.Key;
import io.sentinelmesh.settings.Selector;
import io.sentinelmesh.settings.Settings;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameLimits;

/**
 * Judges what the aggregator says, puts it in force, keeps it. A document is in force as a whole or not at all. Planning thread, but for
 * {@link #status}.
 */
public final class SettingsKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsKeeper.class);

    private final Selector.Member self;
    private final SettingsDocument pins;
    private final SettingsFile file;
    private final SettingsUser user;

    private Settings inForce;
    private Optional<Frame.Settings> told = Optional.empty();
    private volatile SettingsStatus status;

    /**
     * Begins with the document that was taken last.
     *
     * @param pins what this agent's own file says; in order by itself
     * @param user is told of changes, not of what it begins with
     */
    public SettingsKeeper(Selector.Member self, SettingsDocument pins, SettingsFile file, SettingsUser user) {
        this.self = self;
        this.pins = pins;
        this.file = file;
        this.user = user;
        this.inForce = Settings.resolve(SettingsDocument.EMPTY, pins, self);
        file.read().ifPresent(this::beginWith);
        this.status = status(Optional.empty());
        if (!inForce.toString().isEmpty()) {
            LOG.info("beginning with settings version {}: {}", status.version(), inForce);
        }
    }

    private void beginWith(Frame.Settings last) {
        try {
            inForce = Settings.resolve(SettingsDocument.parse(last.document()), pins, self);
            told = Optional.of(last);
        } catch (SettingsException e) {
            LOG.warn("settings version {}, taken by an earlier run, cannot be used any more ({}): beginning with the"
                    + " standard ones", last.version(), e.getMessage());
        }
    }

    public Settings inForce() {
        return inForce;
    }

    /** Any thread. */
    public SettingsStatus status() {
        return status;
    }

    /** @return what to answer the aggregator */
    public Frame.SettingsReply hear(Frame.Settings settings) {
        Settings wanted;
        try {
            wanted = Settings.resolve(SettingsDocument.parse(settings.document()), pins, self);
        } catch (SettingsException e) {
            return refuse(settings, String.valueOf(e.getMessage()));
        }
        Settings before = inForce;
        if (!wanted.equals(before)) {
            try {
                user.settings(wanted);
            } catch (RuntimeException e) {
                // Whatever part of it was done is undone: half a document is not what anybody wrote.
                user.settings(before);
                return refuse(settings, "it cannot be put in force here: " + e.getMessage());
            }
            inForce = wanted;
            LOG.info("settings version {} are in force: {}", settings.version(), wanted);
        }
        String warning = keep(settings);
        told = Optional.of(settings);
        status = status(Optional.empty());
        return new Frame.SettingsReply(settings.version(), true, oneLine(warning), status.pinned());
    }

    private Frame.SettingsReply refuse(Frame.Settings settings, String reason) {
        String line = oneLine(reason);
        LOG.warn("settings version {} are refused, version {} stays in force: {}", settings.version(),
                status.version(), line);
        status = status(Optional.of(new SettingsStatus.Refused(settings.version(), line)));
        return new Frame.SettingsReply(settings.version(), false, line, status.pinned());
    }

    /** @return empty, or what is to be known because it could not be kept */
    private String keep(Frame.Settings settings) {
        if (told.equals(Optional.of(settings))) {
            return "";
        }
        try {
            file.write(settings);
            return "";
        } catch (UncheckedIOException | DataFolderException e) {
            LOG.warn("settings version {} are in force, but a restart will begin with older ones: {}",
                    settings.version(), e.getMessage());
            return "in force, but not kept on disk, so a restart begins with older ones: " + e.getMessage();
        }
    }

    private SettingsStatus status(Optional<SettingsStatus.Refused> refused) {
        return new SettingsStatus(told.map(Frame.Settings::version).orElse(0L), inForce.toString(),
                inForce.pinned().stream().map(Key::path).toList(), refused);
    }

    /** As a frame takes it. */
    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.substring(0, Math.min(line.length(), FrameLimits.MAX_TEXT_LENGTH));
    }
}
