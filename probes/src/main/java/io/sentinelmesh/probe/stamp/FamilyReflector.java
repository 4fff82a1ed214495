package io.sentinelmesh.probe.stamp;

import java.util.Optional;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SendControls;
import io.sentinelmesh.probe.pacing.EngineClock;

/** Answers what arrives on one socket of one family. Reflector thread. */
final class FamilyReflector implements AutoCloseable {

    /** Answers that leave in one system call: few, so that none waits long between its timestamp and its departure. */
    private static final int BATCH = 8;
    /** Jumbo frames are answered too; a packet that fills it may have been cut. */
    static final int PACKET_ROOM = 9_216;
    /** A timestamp (64 bytes), the destination, hop limit and traffic class, each with its header. */
    private static final int CONTROL_ROOM = 256;
    private static final int MOST_ROUNDS = 64;
    /** Below it are the services that every system knows. STAMP's own, 862, is among them. */
    private static final int FIRST_USER_PORT = 1_024;
    private static final int STAMP_PORT = 862;

    private final NativeSocket socket;
    private final AddressFamily family;
    private final EngineClock clock;
    private final Reflection reflection;
    private final PeerLimits limits;
    private final ReflectorSessions sessions;
    private final ReflectorCounters counters;
    private final MessageBatch requests = new MessageBatch(BATCH, PACKET_ROOM, CONTROL_ROOM);
    private final MessageBatch answers = new MessageBatch(BATCH, PACKET_ROOM, SendControls.ROOM);
    private final MessageBatch departed = new MessageBatch(BATCH, PACKET_ROOM, CONTROL_ROOM);
    private final ControlMessages requestControls = new ControlMessages(requests);
    private final ControlMessages departedControls = new ControlMessages(departed);
    private final SendControls answerControls = new SendControls(answers);
    private final ReturnedPacket returned = new ReturnedPacket();
    private final byte[] packet = new byte[PACKET_ROOM];
    private final int[] lengths = new int[BATCH];
    private boolean followsUp;

    FamilyReflector(NativeSocket socket, EngineClock clock, Reflection reflection, PeerLimits limits,
            ReflectorSessions sessions, ReflectorCounters counters) {
        this.socket = socket;
        family = socket.family();
        this.clock = clock;
        this.reflection = reflection;
        this.limits = limits;
        this.sessions = sessions;
        this.counters = counters;
        requests.keepSenders();
    }

    NativeSocket socket() {
        return socket;
    }

    void step(long now) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            int count = socket.receive(requests);
            if (count <= 0) {
                break;
            }
            int answered = 0;
            for (int request = 0; request < count; request++) {
                if (prepare(request, answered, now)) {
                    answered++;
                }
            }
            send(answered);
            readDepartures();
        }
        readDepartures();
    }

    /** Makes the answer to a request in a place of the batch of answers, unless there is a reason against it. */
    private boolean prepare(int request, int answer, long now) {
        requestControls.read(request);
        long wall = clock.wallNanos();
        int length = requests.read(request, packet);
        Optional<NotReflected> refusal = refusal(request, length, wall, now);
        if (refusal.isPresent()) {
            counters.drop(refusal.get());
            return false;
        }
        long peerHigh = requests.senderHigh(request);
        long peerLow = requests.senderLow(request);
        int sessionId = PacketBytes.unsignedShort(packet, reflection.mode().sessionId());
        int session = sessions.claim(peerHigh, peerLow, requests.senderPort(request), requestControls.destinationHigh(),
                requestControls.destinationLow(), sessionId, now);
        long received = requestControls.timestampNanos() == 0 ? wall : requestControls.timestampNanos();
        reflection.answer(packet, length, sessions.nextSequence(session), received,
                Math.max(requestControls.hopLimit(), 0), Math.max(requestControls.trafficClass(), 0),
                sessions.lastDeparture(session));
        sessions.answered(session);
        followsUp |= reflection.wantsFollowUp();
        answers.write(answer, packet, length);
        lengths[answer] = length;
        answers.toSenderOf(answer, requests, request);
        answerControls.begin(answer).trafficClass(family, reflection.trafficClass()).fromDestinationOf(requestControls,
                family);
        return true;
    }

    private Optional<NotReflected> refusal(int request, int length, long wall, long now) {
        if (!requestControls.toThisHostAlone()) {
            return MANY_HOSTS;
        }
        int port = requests.senderPort(request);
        if (port < FIRST_USER_PORT && port != STAMP_PORT) {
            return SERVICE_PORT;
        }
        if (length >= PACKET_ROOM) {
            return TOO_LONG;
        }
        // Before anything that costs, such as an HMAC.
        if (!limits.permits(requests.senderHigh(request), requests.senderLow(request), family == AddressFamily.IPV6,
                now)) {
            return RATE;
        }
        return reflection.refusal(packet, length, wall);
    }

    private static final Optional<NotReflected> MANY_HOSTS = Optional.of(NotReflected.MANY_HOSTS);
    private static final Optional<NotReflected> SERVICE_PORT = Optional.of(NotReflected.SERVICE_PORT);
    private static final Optional<NotReflected> TOO_LONG = Optional.of(NotReflected.TOO_LONG);
    private static final Optional<NotReflected> RATE = Optional.of(NotReflected.RATE);

    private void send(int count) {
        int baseLength = reflection.mode().length();
        for (int answer = 0; answer < count; answer++) {
            answers.read(answer, packet, Math.min(lengths[answer], baseLength));
            reflection.depart(packet, clock.wallNanos());
            answers.overwrite(answer, packet, Math.min(lengths[answer], baseLength));
        }
        int done = 0;
        while (done < count) {
            int sent = socket.send(answers, done, count - done);
            if (sent > 0) {
                counters.reflected.addAndGet(sent);
                done += sent;
            } else {
                counters.drop(NotReflected.UNSENDABLE);
                done++;
            }
        }
    }

    /** They come whether anybody wants them or not, and would fill the socket's memory. */
    private void readDepartures() {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            int count = socket.receiveErrors(departed);
            for (int message = 0; followsUp && message < count; message++) {
                departure(message);
            }
            if (count < BATCH) {
                return;
            }
        }
    }

    private void departure(int message) {
        departedControls.read(message);
        int length = departed.read(message, packet);
        long stamp = departedControls.timestampNanos();
        if (stamp == 0 || !returned.find(packet, length)) {
            return;
        }
        int data = returned.data();
        if (length < data + reflection.mode().leastReply()) {
            return;
        }
        int session = sessions.find(returned.destinationHigh(packet), returned.destinationLow(packet),
                returned.destinationPort(packet), returned.sourceHigh(packet), returned.sourceLow(packet),
                PacketBytes.unsignedShort(packet, data + reflection.mode().sessionId()));
        if (session >= 0) {
            sessions.departed(session, PacketBytes.getInt(packet, data + StampMode.SEQUENCE), stamp);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
