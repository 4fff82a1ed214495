package io.sentinelmesh.probe.exchange;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A server of our own on loopback, to practise on: the first exchange of a process loads hundreds of classes, which would be measured as a slow
 * server. It has one answer for everybody. Any thread; its own are virtual.
 */
public final class StandIn implements AutoCloseable {

    private static final int MOST_REQUEST_BYTES = 16_384;
    private static final int PATIENCE_MS = 1_000;

    private final AutoCloseable socket;
    private final InetSocketAddress address;

    private StandIn(AutoCloseable socket, InetSocketAddress address) {
        this.socket = socket;
        this.address = address;
    }

    /**
     * Takes one connection after the other, gives the answer and closes.
     *
     * @throws IOException if this host has no loopback
     */
    public static StandIn overTcp(byte[] answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, loopback());
        Thread.ofVirtual().name("stand-in").start(() -> {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    caller.setSoTimeout(PATIENCE_MS);
                    caller.getInputStream().read(new byte[MOST_REQUEST_BYTES]);
                    caller.getOutputStream().write(answer);
                } catch (IOException e) {
                    // The caller has gone, or we are closed: nothing is owed to anybody.
                }
            }
        });
        return new StandIn(server, new InetSocketAddress(loopback(), server.getLocalPort()));
    }

    /**
     * @param answer made of each datagram
     * @throws IOException if this host has no loopback
     */
    public static StandIn overUdp(UnaryOperator<byte[]> answer) throws IOException {
        DatagramSocket server = new DatagramSocket(0, loopback());
        Thread.ofVirtual().name("stand-in").start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[MOST_REQUEST_BYTES], MOST_REQUEST_BYTES);
            while (!server.isClosed()) {
                try {
                    server.receive(packet);
                    byte[] bytes = answer.apply(Arrays.copyOf(packet.getData(), packet.getLength()));
                    server.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    // The caller has gone, or we are closed: nothing is owed to anybody.
                }
            }
        });
        return new StandIn(server, new InetSocketAddress(loopback(), server.getLocalPort()));
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
