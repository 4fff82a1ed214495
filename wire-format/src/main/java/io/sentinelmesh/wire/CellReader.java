package io.sentinelmesh.wire;

import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.measurement.RoundTripDelays;
import io.sentinelmesh.wire.proto.Row;

/** The results of one row, cell after cell: where it stands in each column. */
final class CellReader {

    private final RowReader frame;
    private final int cells;
    private final Column destinations;
    private final Column sents;
    private final Column losts;
    private final Column notSents;
    private final Column duplicates;
    private final Column firsts;
    private final Column steps;
    private final Column refusalCells;
    private final Column refusalReasons;
    private final Column refusalOffenders;
    private final Column refusalCounts;

    private int nextFirst;
    private int nextStep;
    private int nextRefusal;
    /** The cell of the next refusal, as soon as that is known. */
    private long refusedCell;

    /**
     * @param row with no more cells than a frame may hold
     */
    CellReader(Row row, RowReader frame) {
        this.frame = frame;
        cells = row.getCells();
        destinations = Column.forCells(cells, "destination", row.getDestinationList());
        sents = Column.forCells(cells, "sent", row.getSentList());
        losts = Column.forCells(cells, "lost", row.getLostList());
        notSents = Column.forCells(cells, "not_sent", row.getNotSentList());
        duplicates = Column.forCells(cells, "duplicates", row.getDuplicatesList());
        firsts = Column.forCells(cells, "first_delay", row.getFirstDelayList());
        steps = Column.of("delay_steps", row.getDelayStepsList());
        refusalCells = Column.of("refusal_cell", row.getRefusalCellList());
        refusalReasons = Column.of("refusal_reason", row.getRefusalReasonList());
        refusalOffenders = Column.of("refusal_offender", row.getRefusalOffenderList());
        refusalCounts = Column.of("refusal_count", row.getRefusalCountList());
    }

    List<PairResult> results() {
        List<PairResult> results = new ArrayList<>(cells);
        int node = -1;
        int sent = 0;
        advanceToNextRefusal();
        for (int cell = 0; cell < cells; cell++) {
            node = destinations.within(0, frame.nodes.size() - 1, node + 1L + destinations.at(cell));
            sent = sents.within(0, FrameLimits.MAX_PACKETS_PER_CELL, (long) sent + sents.at(cell));
            int received = sent - losts.unsignedWithin(0, sent, losts.at(cell));
            results.add(new PairResult(frame.nodes.get(node), sent, delays(node, received), refusals(cell),
                    packets(notSents, cell), packets(duplicates, cell)));
        }
        firsts.requireAllRead(nextFirst);
        steps.requireAllRead(nextStep);
        refusalCells.requireAllRead(nextRefusal);
        refusalReasons.requireAllRead(nextRefusal);
        refusalOffenders.requireAllRead(nextRefusal);
        refusalCounts.requireAllRead(nextRefusal);
        return results;
    }

    private static int packets(Column column, int index) {
        return column.unsignedWithin(0, FrameLimits.MAX_PACKETS_PER_CELL, column.at(index));
    }

    private RoundTripDelays delays(int node, int received) {
        if (received == 0) {
            return RoundTripDelays.NONE;
        }
        frame.countDelays(received);
        int code = firsts.within(0, DelayCode.MAX_CODE, (long) frame.firstDelays[node] + firsts.required(nextFirst++));
        frame.firstDelays[node] = code;
        if (received > 1) {
            steps.required(nextStep + received - 2); // the last one of this cell, before there is an array to fill
        }
        int[] micros = new int[received];
        micros[0] = DelayCode.decode(code);
        for (int i = 1; i < received; i++) {
            code = steps.within(0, DelayCode.MAX_CODE,
                    code + Integer.toUnsignedLong(steps.required(nextStep++)));
            micros[i] = DelayCode.decode(code);
        }
        return RoundTripDelays.ofAscendingMicros(micros); // codes ascend, and so do their delays
    }

    private List<RefusalCount> refusals(int cell) {
        if (nextRefusal == refusalCells.length() || refusedCell != cell) {
            return List.of();
        }
        List<RefusalCount> refusals = new ArrayList<>();
        while (nextRefusal < refusalCells.length() && refusedCell == cell) {
            frame.countRefusal();
            int offender = refusalOffenders.unsignedWithin(0, frame.offenders.size() - 1,
                    refusalOffenders.required(nextRefusal));
            int count = refusalCounts.unsignedWithin(1, FrameLimits.MAX_PACKETS_PER_CELL,
                    refusalCounts.required(nextRefusal));
            refusals.add(new RefusalCount(RefusalReason.ofNumber(refusalReasons.required(nextRefusal)),
                    frame.offenders.get(offender), count));
            nextRefusal++;
            advanceToNextRefusal();
        }
        return refusals;
    }

    private void advanceToNextRefusal() {
        if (nextRefusal < refusalCells.length()) {
            refusedCell += Integer.toUnsignedLong(refusalCells.required(nextRefusal));
        }
    }
}
