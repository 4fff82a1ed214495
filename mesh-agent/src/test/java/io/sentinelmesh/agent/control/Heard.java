package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An asker that reads everything, or is gone. */
final class Heard implements Order.Answer {

    final List<String> out = new CopyOnWriteArrayList<>();
    final List<String> err = new CopyOnWriteArrayList<>();
    volatile boolean gone;

    @Override
    public void out(String line) throws IOException {
        stillHere();
        out.add(line);
    }

    @Override
    public void err(String line) throws IOException {
        stillHere();
        err.add(line);
    }

    @Override
    public void stillHere() throws IOException {
        if (gone) {
            throw new IOException("gone");
        }
    }
}
