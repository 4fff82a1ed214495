package io.sentinelmesh.wire;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import com.google.protobuf.ByteString;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.WireFormatException.Problem;
import io.sentinelmesh.wire.proto.Batch;
import io.sentinelmesh.wire.proto.Config;
import io.sentinelmesh.wire.proto.Content;
import io.sentinelmesh.wire.proto.DialBack;
import io.sentinelmesh.wire.proto.Hello;
import io.sentinelmesh.wire.proto.Live;
import io.sentinelmesh.wire.proto.Membership;
import io.sentinelmesh.wire.proto.Node;
import io.sentinelmesh.wire.proto.SettingsReply;

/** Frames from protobuf messages of unknown origin. A value its record refuses passes as IllegalArgumentException. */
final class FrameReader {

    private FrameReader() {
    }

    static Frame frameOf(Content content) {
        return switch (content.getFrameCase()) {
            case HELLO -> hello(content.getHello());
            case CONFIG -> config(content.getConfig());
            case BATCH -> batch(content.getBatch());
            case LIVE -> live(content.getLive());
            case ACK ->
                new Frame.Ack(Scalars.uuid(content.getAck().getBoot(), "boot id"), content.getAck().getSequence());
            case CREDIT -> new Frame.Credit(content.getCredit().getBatches());
            case PING ->
                new Frame.Ping(content.getPing().getToken(), Scalars.instant(content.getPing().getSentAtMicros()));
            case PONG ->
                new Frame.Pong(content.getPong().getToken(), Scalars.instant(content.getPong().getSentAtMicros()));
            case GOODBYE -> new Frame.Goodbye(FrameLimits.text(content.getGoodbye().getReason(), "reason"));
            case REFUSAL -> new Frame.Refusal(Frame.Refusal.Code.ofNumber(content.getRefusal().getCode()),
                    FrameLimits.text(content.getRefusal().getMessage(), "message"));
            case SETTINGS ->
                new Frame.Settings(content.getSettings().getVersion(), content.getSettings().getDocument());
            case SETTINGS_REPLY -> settingsReply(content.getSettingsReply());
            case DIAL_BACK -> dialBack(content.getDialBack());
            case DIAL_BACK_ANSWER -> new Frame.DialBackAnswer(content.getDialBackAnswer().getToken(),
                    Frame.DialBackAnswer.Outcome.ofNumber(content.getDialBackAnswer().getOutcome()),
                    FrameLimits.text(content.getDialBackAnswer().getReason(), "reason"),
                    FrameLimits.text(content.getDialBackAnswer().getSeenAddress(), "seen address"));
            // The codec has looked: something is there, if nothing we know.
            case FRAME_NOT_SET ->
                throw new WireFormatException(Problem.UNKNOWN_KIND, "no frame of a kind that is known here");
        };
    }

    private static Frame hello(Hello hello) {
        return new Frame.Hello(hello.getFormatVersion(), node(hello.getAgent()),
                Scalars.uuid(hello.getBoot(), "boot id"),
                FrameLimits.text(hello.getSoftwareVersion(), "software version"), ProbeKind.ofNumber(hello.getKind()),
                FrameLimits.text(hello.getRung(), "rung"), FrameLimits.text(hello.getRemedy(), "remedy"),
                Scalars.instant(hello.getStartedAtMicros()), Scalars.instant(hello.getSentAtMicros()),
                hello.hasSettingsVersion() ? OptionalLong.of(hello.getSettingsVersion()) : OptionalLong.empty(),
                hello.hasMembership() ? Optional.of(membership(hello.getMembership())) : Optional.empty(),
                hello.getOldestFormatVersion() == 0 ? hello.getFormatVersion() : hello.getOldestFormatVersion());
    }

    private static Frame.Membership membership(Membership membership) {
        FrameLimits.atMost(FrameLimits.MAX_LOCAL_ADDRESSES, membership.getLocalAddressesCount(), "local addresses");
        return new Frame.Membership(FrameLimits.text(membership.getMode(), "mode of the membership"),
                FrameLimits.text(membership.getReason(), "reason of the mode"),
                membership.getLocalAddressesList().stream()
                        .map(address -> FrameLimits.text(address, "local address")).toList());
    }

    private static Frame dialBack(DialBack dialBack) {
        Optional<Frame.DialBack.Question> question = dialBack.getAddress().isEmpty()
                ? Optional.empty()
                : Optional.of(new Frame.DialBack.Question(dialBack.getToken(),
                        FrameLimits.text(dialBack.getAddress(), "address of the member port"), dialBack.getPort(),
                        FrameLimits.text(dialBack.getNonce(), "nonce")));
        return new Frame.DialBack(membership(dialBack.getMembership()), question);
    }

    private static Frame config(Config config) {
        return new Frame.Config(config.getVersion(), Scalars.duration(config.getRoundLengthMicros()),
                config.getPacketsPerRound(), nodes(config.getPeersList(), "peers"));
    }

    private static Frame batch(Batch batch) {
        FrameLimits.atMost(FrameLimits.MAX_ROWS, batch.getRowsCount(), "rows");
        NodeId agent = nodeId(batch.getAgent(), "id of the agent");
        RowReader reader = new RowReader(batch.getDictionary());
        List<MatrixRow> rows = batch.getRowsList().stream().map(row -> reader.matrixRow(row, agent)).toList();
        return new Frame.Batch(agent, Scalars.uuid(batch.getBoot(), "boot id"), batch.getSequence(),
                Scalars.instant(batch.getSentAtMicros()), nodes(batch.getEndpointsList(), "endpoints"), rows,
                batch.getRoundsDropped(),
                batch.hasHealth() ? Optional.of(HealthForm.read(batch.getHealth())) : Optional.empty(),
                MetricReader.metrics(batch.getMetrics()), TraceForm.read(batch.getTracesList()));
    }

    private static Frame live(Live live) {
        return new Frame.Live(new RowReader(live.getDictionary()).liveRow(live.getRow()),
                nodes(live.getEndpointsList(), "endpoints"), HealthForm.verdict(live.getImpairmentsList()));
    }

    private static Frame settingsReply(SettingsReply reply) {
        FrameLimits.atMost(FrameLimits.MAX_PINNED, reply.getPinnedCount(), "pinned keys");
        return new Frame.SettingsReply(reply.getVersion(), reply.getAccepted(),
                FrameLimits.text(reply.getReason(), "reason"),
                reply.getPinnedList().stream().map(key -> FrameLimits.text(key, "pinned key")).toList());
    }

    static NodeId nodeId(ByteString bytes, String what) {
        return new NodeId(Scalars.uuid(bytes, what));
    }

    private static List<MeshNode> nodes(List<Node> nodes, String what) {
        FrameLimits.atMost(FrameLimits.MAX_NODES, nodes.size(), what);
        return nodes.stream().map(FrameReader::node).toList();
    }

    private static MeshNode node(Node node) {
        MeshNode.Role role = switch (node.getRole()) {
            case FrameWriter.ROLE_AGENT -> MeshNode.Role.AGENT;
            case FrameWriter.ROLE_ENDPOINT -> MeshNode.Role.ENDPOINT;
            default -> throw new WireFormatException(Problem.INVALID_CONTENT,
                    "unknown role " + Integer.toUnsignedString(node.getRole())
                            + " of a node: 1 is agent, 2 is endpoint");
        };
        return new MeshNode(nodeId(node.getId(), "id of a node"), role, node.getName(), node.getSite(),
                node.getAddress(), node.getReflectorPort(), node.getAddressesList(), reach(node));
    }

    private static MeshNode.Reach reach(Node node) {
        if (!node.hasBehindNat()) {
            return MeshNode.Reach.UNKNOWN;
        }
        return node.getBehindNat() ? MeshNode.Reach.BEHIND_NAT : MeshNode.Reach.DIRECT;
    }
}
