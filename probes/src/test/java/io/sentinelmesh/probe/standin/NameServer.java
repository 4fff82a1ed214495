package io.sentinelmesh.probe.standin;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;

/** A name server on loopback, by UDP and TCP on one port, whose answers the test writes. */
public final class NameServer implements AutoCloseable {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int ATTEMPTS = 20;

    private final DatagramSocket udp;
    private final ServerSocket tcp;

    /** What comes back for a question: none, one or several messages, in order. */
    @FunctionalInterface
    public interface Answers {
        List<byte[]> to(byte[] question);
    }

    public NameServer(Answers answers) throws IOException {
        ServerSocket stream = new ServerSocket(0, 5, LOOPBACK);
        DatagramSocket datagrams = null;
        // The same number may be taken in the other protocol.
        for (int i = 0; datagrams == null; i++) {
            try {
                datagrams = new DatagramSocket(stream.getLocalPort(), LOOPBACK);
            } catch (IOException e) {
                stream.close();
                if (i == ATTEMPTS) {
                    throw e;
                }
                stream = new ServerSocket(0, 5, LOOPBACK);
            }
        }
        tcp = stream;
        udp = datagrams;
        Thread.ofVirtual().start(() -> overUdp(answers));
        Thread.ofVirtual().start(() -> overTcp(answers));
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(LOOPBACK, tcp.getLocalPort());
    }

    /** As a target. */
    public String target() {
        return "127.0.0.1:" + tcp.getLocalPort();
    }

    private void overUdp(Answers answers) {
        DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        while (!udp.isClosed()) {
            try {
                udp.receive(packet);
                for (byte[] answer : answers.to(Arrays.copyOf(packet.getData(), packet.getLength()))) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void overTcp(Answers answers) {
        while (!tcp.isClosed()) {
            try (Socket caller = tcp.accept()) {
                DataInputStream in = new DataInputStream(caller.getInputStream());
                DataOutputStream out = new DataOutputStream(caller.getOutputStream());
                byte[] question = in.readNBytes(in.readUnsignedShort());
                for (byte[] answer : answers.to(question)) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
                in.read();
            } catch (IOException e) {
                // Closed, by either side.
            }
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
