package io.sentinelmesh.aggregator.matrix;

import io.sentinelmesh.measurement.DelayCode;

/**
 * What the stream shows of a cell, in 32 bits: state, loss and median delay as docs/stream.md encodes them. A million cells are kept and
 * compared, so this is a number and no object.
 */
public final class CellCode {

    /** Of the loss: nothing was sent. */
    public static final int NOTHING_SENT = 255;

    /** Of the delay: nothing was answered. */
    public static final int NO_DELAY = 0;

    /** Not probed, or not any more: what the stream says of a cell that went. */
    public static final int NO_CELL = of(CellState.NOT_PROBED, NOTHING_SENT, NO_DELAY);

    private CellCode() {
    }

    /**
     * @param loss 0 to 200 half percents, or {@link #NOTHING_SENT}
     * @param delay 16 bits: one more than the {@link DelayCode}, or {@link #NO_DELAY}
     */
    public static int of(CellState state, int loss, int delay) {
        return state.code() << 24 | loss << 16 | delay;
    }

    public static int of(CellState state, int sent, int received, int medianMicros) {
        return of(state, loss(sent, received), received == 0 ? NO_DELAY : DelayCode.encode(medianMicros) + 1);
    }

    public static int state(int code) {
        return code >>> 24;
    }

    public static int loss(int code) {
        return code >>> 16 & 0xff;
    }

    public static int delay(int code) {
        return code & 0xffff;
    }

    /** State and loss together, the upper half. */
    public static int verdict(int code) {
        return code >>> 16;
    }

    /** Half percents, rounded, but never to "no loss" or "all lost" unless it is exactly that. */
    static int loss(int sent, int received) {
        if (sent == 0) {
            return NOTHING_SENT;
        }
        if (received == sent) {
            return 0;
        }
        return received == 0 ? 200 : Math.clamp(Math.round((sent - received) * 200.0 / sent), 1, 199);
    }
}
