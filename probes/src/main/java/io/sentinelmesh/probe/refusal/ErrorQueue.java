package io.sentinelmesh.probe.refusal;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;

/**
 * Reads from a socket's error queue who turned its packets away. That is the one way in which a user without rights hears of ICMP errors, offender
 * included; the socket must have asked for it ({@link NativeSocket#tellIcmpErrors()}). One thread.
 */
public final class ErrorQueue {

    private static final int MOST_MESSAGES = 8;
    /** Full batches read in one go; what is beyond waits for the next time. */
    private static final int MOST_ROUNDS = 16;
    /** Of the quoted packet nothing is wanted here. */
    private static final int DATA_ROOM = 64;
    /** A timestamp (64 bytes) and an error with its offender (at most 64), each with its header. */
    private static final int CONTROL_ROOM = 192;

    private final MessageBatch batch = new MessageBatch(MOST_MESSAGES, DATA_ROOM, CONTROL_ROOM);
    private final ControlMessages controls = new ControlMessages(batch);
    private byte[] lastOffender = new byte[0];
    private Optional<Refusal> last = Optional.empty();

    /** @param offender who sent the ICMP error, or {@link LocalRefusals#THIS_HOST} */
    public record Refusal(RefusalReason reason, InetAddress offender) {
    }

    /** Takes all that the queue holds and answers the oldest refusal in it; empty if there is none. */
    public Optional<Refusal> takeRefusal(NativeSocket socket) {
        Optional<Refusal> oldest = Optional.empty();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            int count = socket.receiveErrors(batch);
            for (int i = 0; i < count; i++) {
                controls.read(i);
                if (oldest.isEmpty()) {
                    oldest = refusal(controls, socket.family());
                }
            }
            if (count < MOST_MESSAGES) {
                break;
            }
        }
        return oldest;
    }

    /** What the message that was read last says; empty if it is no refusal. Refusals come in runs: the same one is made once. */
    public Optional<Refusal> refusal(ControlMessages message, AddressFamily family) {
        if (message.isIcmpError()) {
            RefusalReason reason = switch (family) {
                case IPV4 -> IcmpRefusals.reason(message.icmpType(), message.icmpCode());
                case IPV6 -> IcmpRefusals.ipv6Reason(message.icmpType(), message.icmpCode());
            };
            return icmp(reason, message.offender());
        }
        if (message.isLocalError()) {
            return LocalRefusals.reason(message.errno())
                    .map(reason -> new Refusal(reason, LocalRefusals.THIS_HOST));
        }
        return Optional.empty();
    }

    private Optional<Refusal> icmp(RefusalReason reason, byte[] offender) {
        if (last.isEmpty() || last.get().reason() != reason || !Arrays.equals(offender, lastOffender)) {
            last = Optional.of(new Refusal(reason, AddressFamily.address(offender)));
            lastOffender = offender;
        }
        return last;
    }
}
