package io.sentinelmesh.probe;

/**
 * What a prober noticed beside the fates since it was opened: how far its own results are to be trusted.
 *
 * @param late answers to packets that already counted as lost
 * @param foreign answers that bring back another number than ours: of another program, an older run, or forged
 * @param corrupt answers with our number whose payload is not what was sent
 * @param unstamped answered packets that the kernel did not stamp in time: measured from the engine's own clock, less exactly
 * @param clockSteps how often the wall clock was set while packets were under way
 * @param pauses how often the engine was held up (garbage collection, suspended process, busy machine) so long that it moved its schedule
 * @param disturbed packets whose fate a pause or a set clock made doubtful: neither lost nor a delay
 * @param heldBack packets that a rate cap kept from being sent
 */
public record ProberCounters(long late, long foreign, long corrupt, long unstamped, long clockSteps, long pauses,
        long disturbed, long heldBack) {

    public static final ProberCounters NONE = new ProberCounters(0, 0, 0, 0, 0, 0, 0, 0);
}
