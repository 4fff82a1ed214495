package io.sentinelmesh.measurement;

/** What is wrong with a prober, so that what it says is not about the network. */
public enum Impairment {

    /** Of a version later than this one. */
    OTHER(0, "other", "impaired in a way that this version does not know"),
    /** Its packets regularly leave far behind their time. */
    TIMER_LATE(1, "timer-late", "the measuring thread is called late"),
    /** It stood still for as long as a packet may take. */
    STOPPED(2, "stopped", "the measuring thread stood still"),
    /** Packets that were due never left. */
    SEND_ERRORS(3, "send-errors", "test packets cannot be sent"),
    /** The kernel threw answers away because they were not read in time. */
    SOCKET_DROPS(4, "socket-drops", "the kernel drops answers unread"),
    /** The hypervisor gave the processor to others. */
    CPU_STEAL(5, "cpu-steal", "the hypervisor takes the processor away"),
    /** The garbage collector held everything up. */
    GC_PAUSE(6, "gc-pause", "the garbage collector holds everything up"),
    /** Hardly a socket or file can be opened any more. */
    FILES_EXHAUSTED(7, "files-exhausted", "the limit of open files is reached");

    private final int number;
    private final String label;
    private final String sentence;

    Impairment(int number, String label, String sentence) {
        this.number = number;
        this.label = label;
        this.sentence = sentence;
    }

    /** Stable: used on the wire, never renumbered. */
    public int number() {
        return number;
    }

    /** As in the API and in metrics. */
    public String label() {
        return label;
    }

    /** For people. */
    public String sentence() {
        return sentence;
    }

    public static Impairment ofNumber(int number) {
        for (Impairment impairment : values()) {
            if (impairment.number == number) {
                return impairment;
            }
        }
        return OTHER;
    }
}
