package io.sentinelmesh.agent.host;

/** Reads one group of figures. One thread at a time. */
interface HostReader {

    /** As in the catalogue. */
    String group();

    Cost cost();

    /** May block: it is given up after a while, and not called again before it came back. */
    void read(Readings into);
}
