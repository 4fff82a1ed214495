package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.FrameSequence;

import static org.assertj.core.api.Assertions.assertThat;

/** What the door makes of frames that come by POST. */
class ExchangeTest {

    @TempDir
    Path dataDir;
    private final HandClock clock = new HandClock();
    private RunningAggregator aggregator;
    private TestHost host;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.secure(new FakeStore(), dataDir, clock);
        host = TestHost.joined(aggregator.doorPort(), clock, aggregator.token("{\"site\": \"fra\"}"), "fra-1");
        client = HttpClient.newBuilder().sslContext(host.context()).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        aggregator.close();
    }

    private static byte[] hello(NodeId agent, UUID boot, int oldest, int newest) {
        Instant now = Instant.now();
        return FrameCodec.encode(new Frame.Hello(newest,
                new MeshNode(agent, MeshNode.Role.AGENT, "fra-1", "fra", "192.0.2.1"), boot, "0.1.0",
                ProbeKind.ICMP_ECHO, "icmp-raw", "", now, now, OptionalLong.empty(), Optional.empty(), oldest));
    }

    private byte[] hello(UUID boot) {
        return hello(host.id(), boot, 1, 1);
    }

    private byte[] batch(UUID boot, long sequence) {
        MatrixRow row = new MatrixRow(host.id(), ProbeKind.ICMP_ECHO,
                Instant.ofEpochSecond(1_790_000_000 + sequence * 10), Duration.ofSeconds(10),
                List.of(PairResult.of(NodeId.random(), 2, 100, 110)));
        return FrameCodec.encode(
                new Frame.Batch(host.id(), boot, sequence, Instant.now(), List.of(), List.of(row), 0));
    }

    private HttpResponse<byte[]> post(HttpClient by, String query, byte[] body) throws Exception {
        return by.send(HttpRequest
                .newBuilder(URI.create("https://127.0.0.1:" + aggregator.doorPort() + "/api/v1/link/exchange" + query))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(long number, byte[]... frames) throws Exception {
        return post(client, "?n=" + number, FrameSequence.join(List.of(frames)));
    }

    private static List<Frame> said(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        List<Frame> frames = new ArrayList<>();
        FrameSequence.split(answer.body()).forEach(frame -> frames.add(FrameCodec.decode(frame)));
        return frames;
    }

    @Test
    void a_session_goes_on_from_request_to_request_and_batches_are_acknowledged_once_stored() throws Exception {
        UUID boot = UUID.randomUUID();
        byte[] hello = hello(boot);

        List<Frame> first = said(post(0, hello));
        List<Frame> second = said(post(1, hello, batch(boot, 1), batch(boot, 2)));

        assertThat(first).hasAtLeastOneElementOfType(Frame.Config.class)
                .hasAtLeastOneElementOfType(Frame.Credit.class);
        assertThat(second).contains(new Frame.Ack(boot, 2));
        assertThat(aggregator.store.sequencesOf(host.id())).containsExactly(1L, 2L);
    }

    @Test
    void nothing_is_taken_of_a_request_that_does_not_go_on_where_the_session_is() throws Exception {
        UUID boot = UUID.randomUUID();
        byte[] hello = hello(boot);
        assertThat(post(1, hello, batch(boot, 7)).statusCode()).isEqualTo(409);
        said(post(0, hello));

        assertThat(post(2, hello, batch(boot, 7)).statusCode()).isEqualTo(409);
        assertThat(post(1, hello(boot), batch(boot, 7)).statusCode()).isEqualTo(409);
        said(post(1, hello));
        assertThat(post(1, hello, batch(boot, 7)).statusCode()).isEqualTo(409);

        assertThat(aggregator.store.sequencesOf(host.id())).isEmpty();
    }

    @Test
    void an_agent_speaks_for_itself_only() throws Exception {
        List<Frame> said = said(post(0, hello(NodeId.random(), UUID.randomUUID(), 1, 1)));

        assertThat(said).singleElement().isInstanceOfSatisfying(Frame.Refusal.class,
                refusal -> assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.NOT_AUTHENTICATED));
    }

    @Test
    void a_format_that_is_not_spoken_here_is_refused_with_the_reason() throws Exception {
        List<Frame> said = said(post(0, hello(host.id(), UUID.randomUUID(), 2, 3)));

        assertThat(said).singleElement().isInstanceOfSatisfying(Frame.Refusal.class,
                refusal -> assertThat(refusal.message()).contains("update the aggregator"));
    }

    @Test
    void what_is_no_exchange_is_refused_each_with_its_own_word() throws Exception {
        byte[] hello = hello(UUID.randomUUID());
        assertThat(post(client, "", FrameSequence.join(List.of(hello))).statusCode()).isEqualTo(400);
        assertThat(post(client, "?n=-1", FrameSequence.join(List.of(hello))).statusCode()).isEqualTo(400);
        assertThat(post(client, "?n=0", new byte[FrameSequence.MAX_BYTES + 1]).statusCode()).isEqualTo(413);
        assertThat(said(post(0, batch(UUID.randomUUID(), 1)))).singleElement().isInstanceOf(Frame.Refusal.class);
        assertThat(said(post(client, "?n=0", new byte[]{1, 2, 3}))).singleElement()
                .isInstanceOf(Frame.Refusal.class);
    }

    @Test
    void without_a_certificate_nothing_is_taken() throws Exception {
        try (HttpClient nobody = HttpClient.newBuilder().sslContext(host.server()).build()) {
            assertThat(post(nobody, "?n=0", FrameSequence.join(List.of(hello(UUID.randomUUID())))).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void a_revoked_agent_is_told_so_and_not_heard_any_more() throws Exception {
        UUID boot = UUID.randomUUID();
        byte[] hello = hello(boot);
        said(post(0, hello));
        assertThat(aggregator.post("/api/v1/agents/" + host.id() + "/revoke", "").statusCode()).isLessThan(300);

        assertThat(post(1, hello, batch(boot, 1)).statusCode()).isGreaterThanOrEqualTo(400);

        assertThat(aggregator.store.sequencesOf(host.id())).isEmpty();
    }
}
