package io.sentinelmesh.wire;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

import com.google.protobuf.ByteString;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RoundTripDelays;
import io.sentinelmesh.wire.proto.Dictionary;
import io.sentinelmesh.wire.proto.Row;

/** The rows of one frame as columns, and the dictionary they refer to. One for each frame; see FORMAT.md for the columns. */
final class RowWriter {

    private final Map<NodeId, Integer> nodes = new LinkedHashMap<>();
    private final Map<InetAddress, Integer> offenders = new LinkedHashMap<>();
    /** By index of the node: the code of its shortest delay in the row before that had one. */
    private final int[] firstDelays = new int[FrameLimits.MAX_NODES];
    private int cells;
    private int delays;
    private int refusals;

    Row row(MatrixRow row, NodeId agent) {
        Row.Builder message = Row.newBuilder().setKind(row.kind().number())
                .setAtMicros(Scalars.micros(row.roundStart())).setRoundLengthMicros(Scalars.micros(row.roundLength()));
        if (!row.source().equals(agent)) {
            message.setSource(Scalars.bytes(row.source().value()));
        }
        addResults(message, row.results());
        return message.build();
    }

    Row row(LiveRow row) {
        Row.Builder message = Row.newBuilder().setSource(Scalars.bytes(row.source().value()))
                .setKind(row.kind().number()).setAtMicros(Scalars.micros(row.at()))
                .setRoundLengthMicros(Scalars.micros(row.roundLength()));
        addResults(message, row.cells().stream().map(LiveRow.Cell::latest).toList());
        int[] counts = row.cells().stream().mapToInt(cell -> cell.recent().count()).toArray();
        addAllButTrailingZeros(changes(counts), message::addRecentCount);
        addAllButTrailingZeros(row.cells().stream().mapToLong(cell -> cell.recent().lostMask()).toArray(),
                message::addRecentLost);
        return message.build();
    }

    Dictionary dictionary() {
        ByteBuffer ids = ByteBuffer.allocate(nodes.size() * Scalars.UUID_BYTES);
        nodes.keySet().forEach(node -> Scalars.put(node.value(), ids));
        return Dictionary.newBuilder().setNodes(ByteString.copyFrom(ids.flip()))
                .addAllOffenders(
                        offenders.keySet().stream().map(offender -> ByteString.copyFrom(offender.getAddress()))
                                .toList())
                .build();
    }

    private void addResults(Row.Builder message, List<PairResult> results) {
        cells = FrameLimits.atMost(FrameLimits.MAX_CELLS, cells + results.size(), "cells");
        message.setCells(results.size());
        int[] steps = new int[results.size()];
        int expected = 0;
        int refusedBefore = 0;
        for (int cell = 0; cell < steps.length; cell++) {
            PairResult result = results.get(cell);
            int node = indexOf(result.destination(), nodes, FrameLimits.MAX_NODES, "destinations");
            steps[cell] = node - expected;
            expected = node + 1;
            addDelays(message, node, result.delays());
            for (RefusalCount refusal : result.refusals()) {
                addRefusal(message, cell - refusedBefore, refusal);
                refusedBefore = cell;
            }
        }
        addAllButTrailingZeros(steps, message::addDestination);
        addAllButTrailingZeros(
                changes(results.stream().mapToInt(result -> packets(result.sent(), "packets sent")).toArray()),
                message::addSent);
        addAllButTrailingZeros(results.stream().mapToInt(PairResult::lost).toArray(), message::addLost);
        addAllButTrailingZeros(
                results.stream().mapToInt(result -> packets(result.notSent(), "packets not sent")).toArray(),
                message::addNotSent);
        addAllButTrailingZeros(
                results.stream().mapToInt(result -> packets(result.duplicates(), "duplicates")).toArray(),
                message::addDuplicates);
    }

    private void addDelays(Row.Builder message, int node, RoundTripDelays answered) {
        if (answered.isEmpty()) {
            return;
        }
        delays = FrameLimits.atMost(FrameLimits.MAX_DELAYS, delays + answered.count(), "delays");
        int code = DelayCode.encode(answered.micros(0));
        message.addFirstDelay(code - firstDelays[node]);
        firstDelays[node] = code;
        for (int i = 1; i < answered.count(); i++) {
            int next = DelayCode.encode(answered.micros(i));
            message.addDelaySteps(next - code);
            code = next;
        }
    }

    private void addRefusal(Row.Builder message, int cellStep, RefusalCount refusal) {
        refusals = FrameLimits.atMost(FrameLimits.MAX_REFUSALS, refusals + 1, "refusals");
        message.addRefusalCell(cellStep).addRefusalReason(refusal.reason().number())
                .addRefusalOffender(
                        indexOf(refusal.offender(), offenders, FrameLimits.MAX_OFFENDERS, "offenders"))
                .addRefusalCount(packets(refusal.count(), "packets refused"));
    }

    private static int packets(int count, String what) {
        return FrameLimits.atMost(FrameLimits.MAX_PACKETS_PER_CELL, count, what + " in one cell");
    }

    private static <K> int indexOf(K key, Map<K, Integer> indexes, int limit, String what) {
        Integer known = indexes.putIfAbsent(key, indexes.size());
        if (known != null) {
            return known;
        }
        FrameLimits.atMost(limit, indexes.size(), what);
        return indexes.size() - 1;
    }

    private static int[] changes(int[] values) {
        int[] changes = values.clone();
        for (int i = values.length - 1; i > 0; i--) {
            changes[i] -= values[i - 1];
        }
        return changes;
    }

    private static void addAllButTrailingZeros(int[] values, IntConsumer add) {
        int end = values.length;
        while (end > 0 && values[end - 1] == 0) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            add.accept(values[i]);
        }
    }

    private static void addAllButTrailingZeros(long[] values, LongConsumer add) {
        int end = values.length;
        while (end > 0 && values[end - 1] == 0) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            add.accept(values[i]);
        }
    }
}
