package io.sentinelmesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/** An agent's member port, opened for as long as it takes to learn whether others reach it. */
public final class MemberPort {

    /** The one who was asked connects once, perhaps twice; whoever else comes gets no answer. */
    private static final int MOST_CALLERS = 4;
    private static final int NONCE_BYTES = 16;

    private MemberPort() {
    }

    static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException notLiteral) {
            return address.equals("localhost");
        }
    }

    /** Blocks as long as the dial-back does. */
    public static DialBack.Answer isReached(String address, int port, DialBack dialBack) {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        try (ServerSocket trial = new ServerSocket()) {
            trial.bind(new InetSocketAddress(InetAddress.getByName(address), port), MOST_CALLERS);
            Thread _ = Thread.ofVirtual().name("member-port-trial").start(() -> answer(trial, nonce));
            return dialBack.ask(new DialBack.Question(address, port, nonce));
        } catch (IOException e) {
            return new DialBack.Answer.NotReached("its member port " + SeatSettings.hostAndPort(address, port)
                    + " cannot be opened: " + e.getMessage());
        }
    }

    private static void answer(ServerSocket trial, String nonce) {
        for (int i = 0; i < MOST_CALLERS; i++) {
            try (Socket caller = trial.accept()) {
                caller.getOutputStream().write(nonce.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                if (trial.isClosed()) {
                    return;
                }
            }
        }
    }
}
