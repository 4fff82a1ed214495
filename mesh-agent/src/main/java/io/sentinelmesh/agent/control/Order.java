package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.util.List;

/** Something that the agent's own user may ask of it. Called on a thread of its own; may take its time while it answers. */
public interface Order {

    /**
     * @param words what came with it
     * @return the exit code of the command that asked
     * @throws IOException if the asker is gone
     */
    int run(List<String> words, Answer answer) throws IOException, InterruptedException;

    /** What the asker gets to read, line by line. */
    interface Answer {

        void out(String line) throws IOException;

        void err(String line) throws IOException;

        /** To be called at least every few seconds while there is nothing to say. */
        void stillHere() throws IOException;
    }
}
