package io.sentinelmesh.db.dump;

/** Hears how far a dump is. */
public interface DumpListener {

    /** Another table is through. */
    void done(String table, long rows);
}
