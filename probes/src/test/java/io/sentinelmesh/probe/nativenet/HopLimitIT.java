package io.sentinelmesh.probe.nativenet;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HopLimitIT {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void each_packet_of_a_batch_has_its_own_hop_limit(String loopback) {
        InetAddress address = InetAddress.ofLiteral(loopback);
        AddressFamily family = AddressFamily.of(address);
        try (NativeSocket receiver = NativeSocket.open(family, SocketKind.UDP);
                NativeSocket sender = NativeSocket.open(family, SocketKind.UDP)) {
            receiver.bind(address, 0);
            receiver.tellHeaderFields();
            MessageBatch batch = new MessageBatch(3, 4, MessageBatch.HOP_LIMIT_ROOM);
            batch.addressLength(family);
            SocketAddresses to = new SocketAddresses(new InetAddress[]{address}, receiver.localPort());
            List<Integer> hopLimits = List.of(1, 77, 255);
            for (int i = 0; i < 3; i++) {
                batch.to(i, to, 0);
                batch.hopLimit(i, family, hopLimits.get(i));
            }

            assertThat(sender.send(batch, 0, 3)).isEqualTo(3);

            MessageBatch received = new MessageBatch(8, 4, 128);
            ControlMessages controls = new ControlMessages(received);
            List<Integer> seen = new ArrayList<>();
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                int count = receiver.receive(received);
                for (int i = 0; i < count; i++) {
                    controls.read(i);
                    seen.add(controls.hopLimit());
                }
                return seen.size() == 3;
            });
            assertThat(seen).isEqualTo(hopLimits);
        }
    }
}
