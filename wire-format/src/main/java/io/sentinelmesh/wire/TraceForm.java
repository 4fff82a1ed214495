package io.sentinelmesh.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import com.google.protobuf.ByteString;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.wire.WireFormatException.Problem;
import io.sentinelmesh.wire.proto.Trace;

/** Traces as protobuf messages, and back; believes nothing. */
final class TraceForm {

    private TraceForm() {
    }

    static List<Trace> write(List<PathTrace> traces) {
        FrameLimits.atMost(FrameLimits.MAX_TRACES, traces.size(), "traces");
        return traces.stream().map(TraceForm::write).toList();
    }

    private static Trace write(PathTrace trace) {
        Trace.Builder message = Trace.newBuilder().setDestination(Scalars.bytes(trace.destination().value()))
                .setAtMicros(Scalars.micros(trace.at())).setTarget(ByteString.copyFrom(trace.target().getAddress()))
                .setFlow(trace.flow()).setOutcome(trace.outcome().number());
        for (Optional<InetAddress> hop : trace.path().hops()) {
            message.addHops(hop.map(address -> ByteString.copyFrom(address.getAddress())).orElse(ByteString.EMPTY));
        }
        trace.labels().forEach((hop, stack) -> stack.forEach(label -> message.addLabelHop(hop).addLabel(label)));
        return message.build();
    }

    static List<PathTrace> read(List<Trace> messages) {
        FrameLimits.atMost(FrameLimits.MAX_TRACES, messages.size(), "traces");
        return messages.stream().map(TraceForm::read).toList();
    }

    private static PathTrace read(Trace message) {
        FrameLimits.atMost(PathTrace.MOST_HOPS, message.getHopsCount(), "hops of a trace");
        FrameLimits.atMost(PathTrace.MOST_LABELS, message.getLabelCount(), "labels of a trace");
        TraceOutcome outcome = TraceOutcome.ofNumber(message.getOutcome());
        List<Optional<InetAddress>> hops = new ArrayList<>();
        for (ByteString hop : message.getHopsList()) {
            hops.add(hop.isEmpty() ? Optional.empty() : Optional.of(address(hop, "hop")));
        }
        return new PathTrace(FrameReader.nodeId(message.getDestination(), "id of a destination"),
                Scalars.instant(message.getAtMicros()), address(message.getTarget(), "target"), message.getFlow(),
                new Path(hops, outcome == TraceOutcome.REACHED), outcome, labels(message));
    }

    private static InetAddress address(ByteString bytes, String what) {
        try {
            return InetAddress.getByAddress(bytes.toByteArray());
        } catch (UnknownHostException wrongLength) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "the address of a " + what + " has 4 or 16 bytes, not " + bytes.size(), wrongLength);
        }
    }

    private static SortedMap<Integer, List<Integer>> labels(Trace message) {
        if (message.getLabelHopCount() != message.getLabelCount()) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "a trace has " + message.getLabelCount()
                    + " labels, but says of " + message.getLabelHopCount() + " at which hop");
        }
        SortedMap<Integer, List<Integer>> labels = new TreeMap<>();
        for (int i = 0; i < message.getLabelCount(); i++) {
            labels.computeIfAbsent(message.getLabelHop(i), _ -> new ArrayList<>()).add(message.getLabel(i));
        }
        return labels;
    }
}
