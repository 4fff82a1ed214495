package io.sentinelmesh.probe.kind;

import java.util.List;

/** A kind of probe as people name and configure it. Stateless; any thread. */
public interface Kind {

    /** As on the command line and in the configuration: "icmp", "trace". */
    String name();

    /** One line for lists. */
    String summary();

    /** How its target is written: "HOST", "HOST:PORT", "URL". */
    String targetForm();

    /** Every setting it takes, in the order in which they are explained; names are unique. */
    List<Setting<?>> settings();

    /**
     * Checks everything that can be checked before a packet leaves, names looked up included. May block on that.
     *
     * @param target in the form of {@link #targetForm()}
     * @param settings made for {@link #settings()}
     * @throws BadRequestException if the probe can't be made so: one line that says what is wrong and what to do
     */
    Run prepare(String target, Settings settings);

    /** One probe of one target, ready to run once. */
    @FunctionalInterface
    interface Run {

        /**
         * Takes at most as long as the settings say. What the network does is in the report, never an exception.
         *
         * @throws InterruptedException if somebody does not want to wait for the report; the sockets are closed then too
         */
        Report run(Progress progress) throws InterruptedException;
    }
}
