package io.sentinelmesh.agent.round;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;

/** Takes what the recorder made. Called on the engine thread: must hand over and return. */
public interface RoundSink {

    void finished(MatrixRow row);

    void live(LiveRow row);

    /** Whether live rows are of any use to it; if not, none are made. */
    default boolean takesLiveRows() {
        return true;
    }
}
