package io.sentinelmesh.agent.spool;

/** The balance as it is now. Written by the spool's thread and by those who hand rows over, read by anyone. */
final class Ledger {

    private SpoolBalance balance = SpoolBalance.EMPTY;

    synchronized SpoolBalance balance() {
        return balance;
    }

    /** What the disk held when the spool was opened; rows may have been made before it was read. */
    synchronized void found(SpoolBalance before) {
        balance = balance.plus(before);
    }

    synchronized void made(Tally rows) {
        balance = new SpoolBalance(balance.made().plus(rows), balance.acknowledged(), balance.waiting().plus(rows),
                balance.dropped());
    }

    synchronized void acknowledged(Tally rows) {
        balance = new SpoolBalance(balance.made(), balance.acknowledged().plus(rows), balance.waiting().minus(rows),
                balance.dropped());
    }

    synchronized void dropped(DropReason reason, Tally rows) {
        balance = new SpoolBalance(balance.made(), balance.acknowledged(), balance.waiting().minus(rows),
                balance.dropped().plus(reason, rows));
    }
}
