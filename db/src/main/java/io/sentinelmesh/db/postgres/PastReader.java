package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.db.PastMatrix;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** All pairs at an instant, by the index on time: rounds of one moment lie side by side. Thread-safe. */
final class PastReader implements PastMatrix {

    private final Transactions transactions;
    private final LayoutBook book;

    PastReader(Transactions transactions, LayoutBook book) {
        this.transactions = transactions;
        this.book = book;
    }

    static String query(ProbeKind kind, Instant instant, Duration longestRound) {
        String at = CopyRows.literal(instant);
        return "SELECT source, tile, time, cells FROM tile WHERE kind = " + kind.number() + " AND time > "
                + CopyRows.literal(instant.minus(longestRound)) + " AND time <= " + at
                + " AND time + round_ms * interval '1 millisecond' > " + at + " ORDER BY time, source, tile";
    }

    @Override
    public void at(ProbeKind kind, Instant instant, Duration longestRound, Sink sink) {
        transactions.withConnection("read the matrix at " + instant, connection -> {
            Read read = new Read(book.known(), sink);
            CopyRows.read(connection, query(kind, instant, longestRound), read::take);
            if (!read.waiting.isEmpty()) {
                read.giveWaiting(book.load(connection));
            }
            return true;
        });
    }

    /** A row whose destinations were not known yet. */
    private record Waiting(int source, int tile, long millis, CellBytes cells) {
    }

    private static final class Read {

        private final LayoutBook.Known known;
        private final Sink sink;
        private final RoundTileReader reader = new RoundTileReader();
        /** From the first row on that needs a newer layout, so that the order stays. */
        private final List<Waiting> waiting = new ArrayList<>();

        Read(LayoutBook.Known known, Sink sink) {
            this.known = known;
            this.sink = sink;
        }

        void take(CopyRows row) throws SQLException {
            int source = row.int4();
            int tile = row.int2();
            long millis = CopyRows.epochMillis(row.timestamp());
            int bytes = row.bytes();
            reader.open(row.buffer(), row.offset(), bytes);
            NodeId[] destinations = known.destinations(source, tile);
            if (!waiting.isEmpty() || destinations.length < reader.cells()) {
                waiting.add(new Waiting(source, tile, millis,
                        CellBytes.copyOf(row.buffer(), row.offset(), bytes)));
                return;
            }
            give(known.node(source), destinations, millis);
        }

        void giveWaiting(LayoutBook.Known newer) {
            for (Waiting row : waiting) {
                reader.open(row.cells.array(), 0, row.cells.length());
                give(newer.node(row.source), newer.destinations(row.source, row.tile), row.millis);
            }
        }

        private void give(NodeId source, NodeId[] destinations, long millis) {
            for (int cell = 0; cell < reader.cells(); cell++) {
                if (reader.seek(cell)) {
                    sink.result(source, destinations[cell], millis, reader);
                }
            }
        }
    }
}
