package io.sentinelmesh.agent.spool;

/** What some records hold, rows and gaps. Of the spool's thread. */
final class Contents {

    private Tally rows = Tally.ZERO;
    private Drops gaps = Drops.NONE;

    Tally rows() {
        return rows;
    }

    Drops gaps() {
        return gaps;
    }

    void add(RecordHeader record) {
        if (record.gap().isEmpty()) {
            rows = rows.plus(record.tally());
        } else {
            gaps = gaps.plus(record.gap().get(), record.tally());
        }
    }

    void add(Contents other) {
        rows = rows.plus(other.rows);
        gaps = gaps.plus(other.gaps);
    }

    void subtract(RecordHeader record) {
        if (record.gap().isEmpty()) {
            rows = rows.minus(record.tally());
        } else {
            gaps = gaps.minus(Drops.of(record.gap().get(), record.tally()));
        }
    }

    /** Rows that turned out to be of no use. */
    void give(DropReason reason, Tally some) {
        rows = rows.minus(some);
        gaps = gaps.plus(reason, some);
    }

    boolean isEmpty() {
        return rows.isZero() && gaps.total().isZero();
    }

    void clear() {
        rows = Tally.ZERO;
        gaps = Drops.NONE;
    }
}
