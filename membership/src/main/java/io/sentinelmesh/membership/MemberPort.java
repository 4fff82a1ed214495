package io.sentinelmesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocket;

import io.sentinelmesh.trust.TlsIdentity;

/** An agent's member port, opened for as long as it takes to learn whether others reach it; and whether it reaches theirs. */
public final class MemberPort {

    /** The one who was asked connects once; whoever comes beyond these at the same time gets no answer. */
    private static final int MOST_CALLERS = 4;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(3);
    private static final int NONCE_BYTES = 16;
    /** Of members, the likeliest first: if none of them is reached, the others are hardly worth the wait. */
    private static final int MOST_TRIED = 5;
    private static final Duration TRY_LIMIT = Duration.ofSeconds(2);

    private MemberPort() {
    }

    /** Whether only this host itself can mean it. */
    public static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException notLiteral) {
            return address.equals("localhost");
        }
    }

    /** Blocks as long as the dial-back does. */
    public static DialBack.Answer isReached(SeatSettings seat, DialBack dialBack) {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        try (Trial _ = Trial.open(seat, nonce)) {
            return dialBack.ask(new DialBack.Question(seat.publicAddress(), seat.port(), nonce));
        } catch (IOException e) {
            return new DialBack.Answer.NotReached("its member port " + seat.memberAddress() + " cannot be opened: "
                    + e.getMessage());
        }
    }

    /** The port, open for a while. */
    private record Trial(ServerSocket port, Thread accepting) implements AutoCloseable {

        static Trial open(SeatSettings seat, String nonce) throws IOException {
            ServerSocket port = new ServerSocket();
            try {
                port.setReuseAddress(true);
                port.bind(new InetSocketAddress(InetAddress.getByName(seat.address()), seat.port()), MOST_CALLERS);
            } catch (IOException e) {
                port.close();
                throw e;
            }
            return new Trial(port, Thread.ofVirtual().name("member-port-trial")
                    .start(() -> accept(port, nonce, seat.identity())));
        }

        /** The port is free only when whoever accepts on it has noticed, and the cluster may be about to take it. */
        @Override
        public void close() throws IOException {
            port.close();
            try {
                boolean _ = accepting.join(CALL_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The same of one that the cluster itself holds open: only whether it is there. */
    public static DialBack.Answer isStillReached(SeatSettings seat, DialBack dialBack) {
        return dialBack.ask(new DialBack.Question(seat.publicAddress(), seat.port(), ""));
    }

    private static void accept(ServerSocket trial, String nonce, Optional<TlsIdentity> identity) {
        Semaphore places = new Semaphore(MOST_CALLERS);
        while (!trial.isClosed()) {
            try {
                Socket caller = trial.accept();
                if (!places.tryAcquire()) {
                    caller.close();
                    continue;
                }
                Thread _ = Thread.ofVirtual().name("member-port-caller").start(() -> {
                    answer(caller, nonce, identity);
                    places.release();
                });
            } catch (IOException e) {
                // One caller that went again, or the end: the loop looks.
            }
        }
    }

    private static void answer(Socket caller, String nonce, Optional<TlsIdentity> identity) {
        byte[] word = nonce.getBytes(StandardCharsets.US_ASCII);
        try (caller) {
            caller.setSoTimeout((int) CALL_LIMIT.toMillis());
            if (identity.isEmpty()) {
                caller.getOutputStream().write(word);
                return;
            }
            try (SSLSocket secured = (SSLSocket) identity.get().context().getSocketFactory().createSocket(caller, null,
                    true)) {
                secured.setUseClientMode(false);
                secured.setEnabledProtocols(new String[]{"TLSv1.3"});
                secured.setNeedClientAuth(true);
                secured.startHandshake();
                secured.getOutputStream().write(word);
            }
        } catch (IOException e) {
            // Whoever asked is told by the one who called.
        }
    }

    /**
     * Tries the ports of members that are usually there. Blocks, for {@value #MOST_TRIED} times two seconds at most.
     *
     * @return why none is reached; empty if one is
     */
    public static Optional<String> whyNoMemberIsReached(SeatSettings seat) {
        Set<String> members = new LinkedHashSet<>(seat.seeds());
        members.addAll(new RememberedMembers(seat.rememberIn()).addresses());
        members.remove(seat.memberAddress());
        String why = "no member is known";
        for (String member : members.stream().limit(MOST_TRIED).toList()) {
            int colon = member.lastIndexOf(':');
            String host = member.substring(0, colon);
            try (Socket trial = new Socket()) {
                trial.connect(new InetSocketAddress(
                        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                        Integer.parseInt(member.substring(colon + 1))), (int) TRY_LIMIT.toMillis());
                return Optional.empty();
            } catch (IOException | IllegalArgumentException e) {
                why = "no member's port is reached, the last one tried " + member + ": " + e.getMessage();
            }
        }
        return Optional.of(why);
    }
}
