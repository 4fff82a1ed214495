package io.sentinelmesh.db.dump;

import java.io.IOException;
import java.io.InputStream;

/** Where the rows of a dump come from, table by table. */
public interface RowSource {

    /** Of one table; closed before the next is opened. A stream that ended must throw if what came is not what was written. */
    InputStream open(String table) throws IOException;
}
