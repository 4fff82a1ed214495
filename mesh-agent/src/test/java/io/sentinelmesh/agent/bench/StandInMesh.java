package io.sentinelmesh.agent.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.sentinelmesh.agent.stamp.Reflector;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.membership.ClusterSeat;
import io.sentinelmesh.membership.SeatSettings;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;

/**
 * The mesh around one agent: an aggregator's door with its authority, the data member that holds the registry, and peers that are in the
 * registry and answer, by loopback and STAMP reflectors of their own, but are no processes. Arguments: FOLDER PORT MEMBER-PORT PEERS FIRST-ADDRESS.
 * Prints a join token; then, for each line that it reads, what it heard so far; ends with its input.
 */
final class StandInMesh {

    private static final String HOST = "127.0.0.1";
    private static final Duration ENTRY_LIFE = Duration.ofHours(1);
    private static final int CREDIT = 8;
    /** As the aggregator does; the agent gives up a link that is silent for 5 s. */
    private static final int PING_MILLIS = 1_000;

    private final NodeId self = NodeId.random();
    private final CertificateAuthority authority;
    private final JoinToken token;
    private final TlsIdentity tls;
    private final int memberPort;
    private final List<MeshNode> neighbours = new ArrayList<>();

    private final AtomicInteger links = new AtomicInteger();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong batchBytes = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong echoResults = new AtomicLong();
    private final AtomicLong stampResults = new AtomicLong();
    private final AtomicLong lostPackets = new AtomicLong();
    private final AtomicLong notSentPackets = new AtomicLong();
    private final AtomicLong lives = new AtomicLong();
    private final AtomicLong liveBytes = new AtomicLong();
    private final AtomicLong metrics = new AtomicLong();
    private final Set<NodeId> destinations = new HashSet<>();

    private StandInMesh(Path folder, int memberPort) {
        this.memberPort = memberPort;
        authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), InstantSource.system());
        token = JoinToken.random(authority.fingerprint());
        KeyPair key = CertificateRequest.newKey();
        tls = new TlsIdentity(new TlsIdentity.Material(key.getPrivate(),
                authority.issueAggregator(key.getPublic(), self, List.of(HOST), CertificateAuthority.SERVER_LIFE),
                authority.trusted()), InstantSource.system());
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        StandInMesh mesh = new StandInMesh(folder, Integer.parseInt(arguments[2]));
        List<Reflector> reflectors = mesh.register(folder, Integer.parseInt(arguments[3]), arguments[4]);
        mesh.open(Integer.parseInt(arguments[1]));
        System.out.println(mesh.token.text());
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (orders.readLine() != null) {
            System.out.println(mesh.heard());
        }
        reflectors.forEach(Reflector::close);
        System.exit(0);
    }

    private List<Reflector> register(Path folder, int peers, String firstAddress) throws IOException {
        ClusterSeat seat = ClusterSeat.take(new SeatSettings(self, SeatSettings.Kind.DATA, HOST, memberPort, List.of(),
                folder.resolve("members"), Optional.of(tls)), new ClusterSeat.Listener() {
                    @Override
                    public void joined(String memberAddress, int members) {
                        System.err.println("  the member " + memberAddress + " is there");
                    }

                    @Override
                    public void left(String memberAddress, int members) {
                        System.err.println("  the member " + memberAddress + " left");
                    }
                });
        List<Reflector> reflectors = new ArrayList<>();
        byte[] address = InetAddress.getByName(firstAddress).getAddress();
        for (int i = 0; i < peers; i++) {
            InetAddress at = InetAddress.getByAddress(address);
            Reflector reflector = Reflector.open(at, OptionalInt.empty());
            reflectors.add(reflector);
            NodeId id = NodeId.random();
            seat.put(id.toString(), new JsonObject(Map.of("id", id.toString(), "name", "peer-" + i, "site", "site-" + i,
                    "address", at.getHostAddress(), "memberAddress", at.getHostAddress() + ":" + memberPort, "left",
                    false, "reflectorPort", reflector.port())).encode(), ENTRY_LIFE);
            neighbours.add(new MeshNode(id, MeshNode.Role.AGENT, "peer-" + i, "site-" + i, at.getHostAddress(),
                    reflector.port()));
            address[3]++;
        }
        return reflectors;
    }

    private void open(int port) {
        HttpServerOptions options = new HttpServerOptions().setSsl(true).setUseAlpn(false)
                .setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(KeyCertOptions.wrap(tls.keyManager()))
                .setTrustOptions(TrustOptions.wrap(tls.trustManager()))
                .setMaxWebSocketMessageSize(FrameCodec.MAX_FRAME_BYTES)
                .setMaxWebSocketFrameSize(FrameCodec.MAX_FRAME_BYTES);
        Vertx vertx = Vertx.vertx();
        vertx.createHttpServer(options).requestHandler(this::join).webSocketHandler(link -> {
            links.incrementAndGet();
            link.binaryMessageHandler(message -> hear(link, message));
            long pings = vertx.setPeriodic(PING_MILLIS, _ -> say(link, new Frame.Ping(1, Instant.now())));
            link.closeHandler(_ -> vertx.cancelTimer(pings));
        }).listen(port, HOST).await();
    }

    private void join(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            JsonObject asked = body.toJsonObject();
            if (!request.path().equals("/api/v1/agents/join") || !token.text().equals(asked.getString("token"))) {
                request.response().setStatusCode(404).end();
                return;
            }
            PublicKey key = CertificateRequest.verified(Base64.getDecoder().decode(asked.getString("request")));
            NodeId id = asked.containsKey("agentId") ? NodeId.parse(asked.getString("agentId")) : NodeId.random();
            request.response().putHeader("Content-Type", "application/json").end(new JsonObject()
                    .put("agentId", id.toString()).put("name", asked.getString("name")).put("site", "here")
                    .put("memberPort", memberPort)
                    .put("chain", encoded(authority.issueAgent(key, id, CertificateAuthority.AGENT_LIFE)))
                    .put("trusted", encoded(authority.trusted())).encode());
        });
    }

    private static JsonArray encoded(List<X509Certificate> certificates) {
        JsonArray array = new JsonArray();
        try {
            for (X509Certificate certificate : certificates) {
                array.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that we made has no encoding", e);
        }
        return array;
    }

    private void hear(ServerWebSocket link, Buffer message) {
        switch (FrameCodec.decode(message.getBytes())) {
            case Frame.Hello hello -> {
                say(link, new Frame.Config(1, Duration.ofSeconds(10), 10, neighbours));
                say(link, new Frame.Settings(1, "schema: 1\n"));
                say(link, new Frame.Ack(hello.boot(), 0));
                say(link, new Frame.Credit(CREDIT));
            }
            case Frame.Batch batch -> {
                count(batch, message.length());
                say(link, new Frame.Ack(batch.boot(), batch.sequence()));
            }
            case Frame.Live _ -> {
                lives.incrementAndGet();
                liveBytes.addAndGet(message.length());
            }
            case Frame other -> {
                if (other instanceof Frame.SettingsReply reply && !reply.accepted()) {
                    System.err.println("  settings refused: " + reply.reason());
                }
            }
        }
    }

    private synchronized void count(Frame.Batch batch, int bytes) {
        batches.incrementAndGet();
        batchBytes.addAndGet(bytes);
        metrics.addAndGet(batch.metrics().size());
        for (MatrixRow row : batch.rows()) {
            rows.incrementAndGet();
            (row.kind() == ProbeKind.STAMP ? stampResults : echoResults).addAndGet(row.results().size());
            row.results().forEach(result -> {
                lostPackets.addAndGet(result.lost());
                notSentPackets.addAndGet(result.notSent());
                destinations.add(result.destination());
            });
        }
    }

    private static void say(ServerWebSocket link, Frame frame) {
        var _ = link.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(frame)));
    }

    /** links batches bytes rows echo-results stamp-results lost not-sent live-frames live-bytes metrics destinations. */
    private synchronized String heard() {
        return "%d %d %d %d %d %d %d %d %d %d %d %d".formatted(links.get(), batches.get(), batchBytes.get(), rows.get(),
                echoResults.get(), stampResults.get(), lostPackets.get(), notSentPackets.get(), lives.get(),
                liveBytes.get(), metrics.get(), destinations.size());
    }

}
