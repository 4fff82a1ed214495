package io.sentinelmesh.probe.exchange;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.exchange.NameLookup.Looked;
import io.sentinelmesh.probe.standin.DnsMessages;
import io.sentinelmesh.probe.standin.NameServer;

import static org.assertj.core.api.Assertions.assertThat;

class NameLookupTest {

    private static Looked lookUp(NameServer server, String host, String family) throws Exception {
        try (EventThread thread = new EventThread("look-up-test");
                NameLookup names = new NameLookup(thread.loop(), List.of(server.address()))) {
            CompletableFuture<Looked> looked = new CompletableFuture<>();
            thread.loop().execute(
                    () -> names.lookUp(Destination.of(host, 80, family, Optional.empty()), looked::complete));
            return looked.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_name_is_asked_for_anew_each_time() throws Exception {
        int[] last = {0};
        try (NameServer server = new NameServer(question -> List.of(DnsMessages.answer(question, 0,
                DnsMessages.entry(DnsMessages.A, 300, DnsMessages.address(192, 0, 2, ++last[0])))))) {

            assertThat(lookUp(server, "web.example.org.", "4"))
                    .isEqualTo(new Looked.Found(List.of(InetAddress.ofLiteral("192.0.2.1"))));
            assertThat(lookUp(server, "web.example.org.", "4"))
                    .isEqualTo(new Looked.Found(List.of(InetAddress.ofLiteral("192.0.2.2"))));
        }
    }

    @Test
    void a_name_that_is_not_there_has_no_address() throws Exception {
        try (NameServer server = new NameServer(question -> List.of(DnsMessages.answer(question, 3)))) {

            assertThat(lookUp(server, "nowhere.example.org.", "4"))
                    .isEqualTo(new Looked.NotFound("the name service knows no address of it"));
        }
    }

    @Test
    void silence_is_told_as_silence() throws Exception {
        try (NameServer server = new NameServer(_ -> List.of())) {

            assertThat(lookUp(server, "web.example.org.", "4"))
                    .isEqualTo(new Looked.NotFound("no name server answered"));
        }
    }

    @Test
    void an_address_that_many_would_answer_is_not_probed() throws Exception {
        try (NameServer server = new NameServer(question -> List.of(DnsMessages.answer(question, 0,
                DnsMessages.entry(DnsMessages.A, 300, DnsMessages.address(224, 0, 0, 1)))))) {

            assertThat(lookUp(server, "web.example.org.", "4")).isEqualTo(new Looked.NotFound(
                    "224.0.0.1 is a multicast, broadcast or unspecified address"));
        }
    }

    @Test
    void an_address_needs_no_server_but_must_be_of_the_family() throws Exception {
        try (NameServer server = new NameServer(_ -> List.of())) {

            assertThat(lookUp(server, "::1", "any")).isInstanceOf(Looked.Found.class);
            assertThat(lookUp(server, "::1", "4")).isEqualTo(new Looked.NotFound("it has no IPv4 address"));
        }
    }
}
