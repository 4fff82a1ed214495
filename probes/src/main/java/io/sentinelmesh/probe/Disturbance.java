package io.sentinelmesh.probe;

/** What on this host made a measurement worthless. */
public enum Disturbance {

    /** Garbage collection, a suspended process, a machine too busy: answers may have been dropped while nobody read them. */
    PAUSE("this process was held up while the packet was under way"),
    /** The kernel's timestamps before and after can't be compared. */
    CLOCK_STEP("the wall clock was set while the packet was under way");

    private final String label;

    Disturbance(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }
}
