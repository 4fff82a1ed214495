package io.sentinelmesh.db.dump;

import java.io.IOException;
import java.io.OutputStream;

/** Where the rows of a dump go, table by table. */
public interface RowSink {

    /** Of one table; closed before the next is opened. */
    OutputStream open(String table) throws IOException;
}
