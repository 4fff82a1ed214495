package io.sentinelmesh.probe.nativenet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Loopback only; every user may. */
class TcpSocketIT {

    private static final long TOKEN = 0x1234_5678_9abc_def0L;
    private static final int PATIENCE_MILLIS = 5_000;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void a_connection_has_a_round_trip_time_no_error_and_no_repeats(String host) throws IOException {
        InetAddress address = InetAddress.ofLiteral(host);
        try (ServerSocket listener = new ServerSocket(0, 5, address);
                NativeSocket socket = NativeSocket.open(AddressFamily.of(address), SocketKind.TCP);
                EventQueue queue = new EventQueue(4)) {
            assertThat(socket.connect(address, listener.getLocalPort())).isEqualTo(-Errno.EINPROGRESS);
            queue.add(socket, true, TOKEN);
            awaitEvent(queue);

            assertThat(queue.token(0)).isEqualTo(TOKEN);
            assertThat(queue.isError(0)).isFalse();
            assertThat(socket.pendingError()).isZero();
            assertThat(socket.tcpRoundTripMicros()).isBetween(1, 1_000_000);
            assertThat(socket.tcpRepeats()).isZero();
            assertThat(socket.localPort()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void a_closed_port_leaves_an_error_that_is_taken_by_asking(String host) throws IOException {
        InetAddress address = InetAddress.ofLiteral(host);
        try (NativeSocket socket = NativeSocket.open(AddressFamily.of(address), SocketKind.TCP);
                EventQueue queue = new EventQueue(4)) {
            SocketAddresses addresses = new SocketAddresses(new InetAddress[]{address}, closedPort(address));
            assertThat(socket.connect(addresses, 0)).isEqualTo(-Errno.EINPROGRESS);
            queue.add(socket, true, TOKEN);
            awaitEvent(queue);

            assertThat(queue.isError(0)).isTrue();
            assertThat(socket.pendingError()).isEqualTo(Errno.ECONNREFUSED);
            assertThat(socket.pendingError()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void closing_resets_the_connection_if_it_was_told_to(String host) throws IOException {
        InetAddress address = InetAddress.ofLiteral(host);
        try (ServerSocket listener = new ServerSocket(0, 5, address)) {
            NativeSocket socket = NativeSocket.open(AddressFamily.of(address), SocketKind.TCP);
            socket.resetOnClose();
            socket.repeatSyn(1);
            socket.connect(address, listener.getLocalPort());
            try (Socket accepted = listener.accept()) {
                accepted.setSoTimeout(PATIENCE_MILLIS);
                socket.close();

                assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void a_socket_that_was_closed_is_not_told_of(String host) throws IOException {
        InetAddress address = InetAddress.ofLiteral(host);
        try (ServerSocket listener = new ServerSocket(0, 5, address); EventQueue queue = new EventQueue(4)) {
            NativeSocket socket = NativeSocket.open(AddressFamily.of(address), SocketKind.TCP);
            socket.connect(address, listener.getLocalPort());
            queue.add(socket, true, TOKEN);
            awaitEvent(queue);
            assertThat(queue.poll()).isEqualTo(1);

            socket.close();

            assertThat(queue.poll()).isZero();
        }
    }

    /** As the engine waits: on the queue, not on the socket. */
    private static void awaitEvent(EventQueue queue) {
        PacketWait wait = new PacketWait(List.of(queue));
        for (int i = 0; i < 10 && queue.poll() == 0; i++) {
            wait.untilPacket(Duration.ofMillis(PATIENCE_MILLIS).toNanos());
        }
        assertThat(queue.poll()).isEqualTo(1);
    }

    private static int closedPort(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.getLocalPort();
        }
    }
}
