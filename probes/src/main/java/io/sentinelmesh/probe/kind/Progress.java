package io.sentinelmesh.probe.kind;

/** Hears how a run gets on, one line for people at a time. Called on the thread that runs the probe or on its engine's. */
@FunctionalInterface
public interface Progress {

    Progress SILENT = _ -> {
    };

    void line(String text);
}
