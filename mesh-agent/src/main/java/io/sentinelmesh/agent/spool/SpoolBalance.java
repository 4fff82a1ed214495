package io.sentinelmesh.agent.spool;

/**
 * The books of a spool since its data folder was made: every row that was ever handed to it is acknowledged, waiting or dropped, and so is
 * every result in them. There is no other balance: one that does not add up cannot be made.
 *
 * @param made handed over by the recorders
 * @param acknowledged durable at the aggregator, as it said
 * @param waiting on disk or in memory, on a link or not
 */
public record SpoolBalance(Tally made, Tally acknowledged, Tally waiting, Drops dropped) {

    public static final SpoolBalance EMPTY = new SpoolBalance(Tally.ZERO, Tally.ZERO, Tally.ZERO, Drops.NONE);

    public SpoolBalance {
        Tally found = acknowledged.plus(waiting).plus(dropped.total());
        if (!made.equals(found)) {
            throw new IllegalArgumentException(
                    "the spool's books do not balance: made " + made + ", but acknowledged " + acknowledged
                            + ", waiting " + waiting + " and dropped " + dropped.total() + " are " + found);
        }
    }

    public SpoolBalance plus(SpoolBalance other) {
        return new SpoolBalance(made.plus(other.made), acknowledged.plus(other.acknowledged),
                waiting.plus(other.waiting), dropped.plus(other.dropped));
    }
}
