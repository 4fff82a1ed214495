package io.sentinelmesh.agent.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What the spool does to a disk that can fail: the tests imitate full and broken ones here. */
interface Disk {

    /** Makes a file that is not there yet. */
    Output create(Path file) throws IOException;

    void delete(Path file) throws IOException;

    interface Output extends Closeable {

        /** All of it, or an exception after some of it. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns when everything written is durable. */
        void force() throws IOException;

        void truncate(long bytes) throws IOException;
    }
}
