package io.sentinelmesh.wire;

import java.util.List;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.wire.proto.Ack;
import io.sentinelmesh.wire.proto.Batch;
import io.sentinelmesh.wire.proto.Config;
import io.sentinelmesh.wire.proto.Content;
import io.sentinelmesh.wire.proto.Credit;
import io.sentinelmesh.wire.proto.DialBack;
import io.sentinelmesh.wire.proto.DialBackAnswer;
import io.sentinelmesh.wire.proto.Goodbye;
import io.sentinelmesh.wire.proto.Hello;
import io.sentinelmesh.wire.proto.Live;
import io.sentinelmesh.wire.proto.Membership;
import io.sentinelmesh.wire.proto.Node;
import io.sentinelmesh.wire.proto.Ping;
import io.sentinelmesh.wire.proto.Pong;
import io.sentinelmesh.wire.proto.Refusal;
import io.sentinelmesh.wire.proto.Settings;
import io.sentinelmesh.wire.proto.SettingsReply;

/** Frames as protobuf messages. */
final class FrameWriter {

    static final int ROLE_AGENT = 1;
    static final int ROLE_ENDPOINT = 2;

    private FrameWriter() {
    }

    static Content contentOf(Frame frame) {
        Content.Builder content = Content.newBuilder();
        return switch (frame) {
            case Frame.Hello hello -> content.setHello(hello(hello)).build();
            case Frame.Config config -> content.setConfig(config(config)).build();
            case Frame.Batch batch -> content.setBatch(batch(batch)).build();
            case Frame.Live live -> content.setLive(live(live)).build();
            case Frame.Ack ack -> content
                    .setAck(Ack.newBuilder().setBoot(Scalars.bytes(ack.boot())).setSequence(ack.sequence())).build();
            case Frame.Credit credit -> content.setCredit(Credit.newBuilder().setBatches(credit.batches())).build();
            case Frame.Ping ping -> content.setPing(
                    Ping.newBuilder().setToken(ping.token()).setSentAtMicros(Scalars.micros(ping.sentAt()))).build();
            case Frame.Pong pong -> content.setPong(
                    Pong.newBuilder().setToken(pong.token()).setSentAtMicros(Scalars.micros(pong.sentAt()))).build();
            case Frame.Goodbye goodbye -> content
                    .setGoodbye(Goodbye.newBuilder().setReason(FrameLimits.text(goodbye.reason(), "reason"))).build();
            case Frame.Refusal refusal -> content.setRefusal(Refusal.newBuilder().setCode(refusal.code().number())
                    .setMessage(FrameLimits.text(refusal.message(), "message"))).build();
            case Frame.Settings settings -> content.setSettings(
                    Settings.newBuilder().setVersion(settings.version()).setDocument(settings.document())).build();
            case Frame.SettingsReply reply -> content.setSettingsReply(settingsReply(reply)).build();
            case Frame.DialBack dialBack -> content.setDialBack(dialBack(dialBack)).build();
            case Frame.DialBackAnswer answer -> content.setDialBackAnswer(DialBackAnswer.newBuilder()
                    .setToken(answer.token()).setOutcome(answer.outcome().number())
                    .setReason(FrameLimits.text(answer.reason(), "reason"))
                    .setSeenAddress(FrameLimits.text(answer.seenAddress(), "seen address"))).build();
        };
    }

    private static Hello hello(Frame.Hello hello) {
        Hello.Builder message = Hello.newBuilder().setFormatVersion(hello.formatVersion()).setAgent(node(hello.agent()))
                .setBoot(Scalars.bytes(hello.boot()))
                .setSoftwareVersion(FrameLimits.text(hello.softwareVersion(), "software version"))
                .setKind(hello.kind().number()).setRung(FrameLimits.text(hello.rung(), "rung"))
                .setRemedy(FrameLimits.text(hello.remedy(), "remedy"))
                .setStartedAtMicros(Scalars.micros(hello.startedAt())).setSentAtMicros(Scalars.micros(hello.sentAt()));
        hello.settingsVersion().ifPresent(message::setSettingsVersion);
        if (hello.oldestFormatVersion() != hello.formatVersion()) {
            message.setOldestFormatVersion(hello.oldestFormatVersion());
        }
        hello.membership().ifPresent(membership -> message.setMembership(membership(membership)));
        return message.build();
    }

    private static Membership membership(Frame.Membership membership) {
        FrameLimits.atMost(FrameLimits.MAX_LOCAL_ADDRESSES, membership.localAddresses().size(), "local addresses");
        return Membership.newBuilder().setMode(FrameLimits.text(membership.mode(), "mode of the membership"))
                .setReason(FrameLimits.text(membership.reason(), "reason of the mode"))
                .addAllLocalAddresses(membership.localAddresses().stream()
                        .map(address -> FrameLimits.text(address, "local address")).toList())
                .build();
    }

    private static DialBack dialBack(Frame.DialBack dialBack) {
        DialBack.Builder message = DialBack.newBuilder().setMembership(membership(dialBack.membership()));
        dialBack.question().ifPresent(question -> message.setToken(question.token())
                .setAddress(FrameLimits.text(question.address(), "address of the member port"))
                .setPort(question.port()).setNonce(FrameLimits.text(question.nonce(), "nonce")));
        return message.build();
    }

    private static SettingsReply settingsReply(Frame.SettingsReply reply) {
        FrameLimits.atMost(FrameLimits.MAX_PINNED, reply.pinned().size(), "pinned keys");
        return SettingsReply.newBuilder().setVersion(reply.version()).setAccepted(reply.accepted())
                .setReason(FrameLimits.text(reply.reason(), "reason"))
                .addAllPinned(reply.pinned().stream().map(key -> FrameLimits.text(key, "pinned key")).toList())
                .build();
    }

    private static Config config(Frame.Config config) {
        return Config.newBuilder().setVersion(config.version())
                .setRoundLengthMicros(Scalars.micros(config.roundLength()))
                .setPacketsPerRound(config.packetsPerRound()).addAllPeers(nodes(config.peers(), "peers")).build();
    }

    private static Batch batch(Frame.Batch batch) {
        FrameLimits.atMost(FrameLimits.MAX_ROWS, batch.rows().size(), "rows");
        RowWriter rows = new RowWriter();
        Batch.Builder message = Batch.newBuilder().setAgent(Scalars.bytes(batch.agent().value()))
                .setBoot(Scalars.bytes(batch.boot())).setSequence(batch.sequence())
                .setSentAtMicros(Scalars.micros(batch.sentAt())).setRoundsDropped(batch.roundsDropped())
                .addAllEndpoints(nodes(batch.endpoints(), "endpoints"));
        for (MatrixRow row : batch.rows()) {
            message.addRows(rows.row(row, batch.agent()));
        }
        batch.health().ifPresent(health -> message.setHealth(HealthForm.write(health)));
        if (!batch.metrics().isEmpty()) {
            message.setMetrics(MetricWriter.metrics(batch.metrics()));
        }
        return message.setDictionary(rows.dictionary()).addAllTraces(TraceForm.write(batch.traces())).build();
    }

    private static Live live(Frame.Live live) {
        RowWriter rows = new RowWriter();
        return Live.newBuilder().addAllEndpoints(nodes(live.endpoints(), "endpoints")).setRow(rows.row(live.row()))
                .setDictionary(rows.dictionary()).addAllImpairments(HealthForm.numbers(live.verdict())).build();
    }

    private static List<Node> nodes(List<MeshNode> nodes, String what) {
        FrameLimits.atMost(FrameLimits.MAX_NODES, nodes.size(), what);
        return nodes.stream().map(FrameWriter::node).toList();
    }

    private static Node node(MeshNode node) {
        Node.Builder message = Node.newBuilder().setId(Scalars.bytes(node.id().value())).setRole(switch (node.role()) {
            case AGENT -> ROLE_AGENT;
            case ENDPOINT -> ROLE_ENDPOINT;
        }).setName(node.name()).setSite(node.site()).setAddress(node.address()).setReflectorPort(node.reflectorPort())
                .addAllAddresses(node.furtherAddresses());
        switch (node.reach()) {
            case UNKNOWN -> {
                // Left out, as it always was.
            }
            case DIRECT -> message.setBehindNat(false);
            case BEHIND_NAT -> message.setBehindNat(true);
        }
        return message.build();
    }
}
