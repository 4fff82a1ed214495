package io.sentinelmesh.agent.settings;

import io.sentinelmesh.settings.Settings;

/** A part of the agent that does what settings say. */
public interface SettingsUser {

    /** Called on the planning thread: once before anything is measured, and after each change. What has not changed costs nothing. */
    void settings(Settings now);
}
