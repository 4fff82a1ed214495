package io.sentinelmesh.membership.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

import org.jspecify.annotations.Nullable;

/**
 * Moves bytes through one TLS engine. Two threads call it, one per direction, perhaps at once; neither ever waits in it: what takes long (the
 * engine's tasks, the verdict on the peer) goes to an executor, and whoever cannot go on is told so and woken later. No plaintext passes before the
 * verdict.
 *
 * <p>While a task runs it holds the engine's own lock, so the engine isn't touched meanwhile.
 */
final class TlsPump {

    /** How a call ended. */
    enum Step {
        /** Everything was moved: call again when there is more. */
        IDLE,
        /** The target is full: empty it, then call again. */
        FULL,
        /** Cannot go on by itself; {@link Surroundings} will be asked to wake this direction. */
        WAITING
    }

    /** The channel around it. The wake-ups may come from any thread, more often than needed, and must not call back into the pump. */
    interface Surroundings {

        void wakeInbound();

        void wakeOutbound();

        /** Called once, on the executor, when keys are agreed. @throws IOException to refuse this peer */
        void judge(SSLSession session) throws IOException;
    }

    private enum Phase {
        HANDSHAKE, VERDICT, OPEN
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
    /** An alert is one record; a few more may have been due before it. */
    private static final int MOST_LAST_RECORDS = 4;

    private final SSLEngine engine;
    private final Executor executor;
    private final Surroundings surroundings;
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by the lock.
    private final ByteBuffer decrypted;
    private Phase phase = Phase.HANDSHAKE;
    private boolean tasksRun;
    private boolean inboundWaits;
    private boolean outboundWaits;
    private boolean inboundDue;
    private boolean outboundDue;
    private long bytesProduced;
    private @Nullable IOException failure;

    /** @param engine with its side and its demands set, not begun yet */
    TlsPump(SSLEngine engine, Executor executor, Surroundings surroundings) throws SSLException {
        this.engine = engine;
        this.executor = executor;
        this.surroundings = surroundings;
        this.decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        engine.beginHandshake();
    }

    /** The least that the two ciphertext buffers must hold: one record. */
    int recordBytes() {
        return engine.getSession().getPacketBufferSize();
    }

    boolean isOpen() {
        lock.lock();
        try {
            return phase == Phase.OPEN;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param cipher from the network, to be read
     * @param plain to be written
     * @throws EOFException if the peer closed the connection, or it was refused
     * @throws SSLException if what came is not what it should be
     */
    Step read(ByteBuffer cipher, ByteBuffer plain) throws IOException {
        lock.lock();
        try {
            Step step = readOn(cipher, plain);
            settle();
            return step;
        } finally {
            unlockAndWake();
        }
    }

    private Step readOn(ByteBuffer cipher, ByteBuffer plain) throws IOException {
        while (true) {
            throwFailure();
            deliver(plain);
            if (decrypted.position() > 0) {
                return Step.FULL;
            }
            if (busy()) {
                inboundWaits = true;
                return Step.WAITING;
            }
            if (engine.isInboundDone()) {
                // If that is because a task failed, this says so.
                SSLEngineResult _ = engine.unwrap(NOTHING, decrypted);
                throw new EOFException("closed by the peer");
            }
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    runTasks();
                    continue;
                }
                case NEED_WRAP -> {
                    outboundDue = true;
                    if (phase == Phase.HANDSHAKE) {
                        inboundWaits = true;
                        return Step.WAITING;
                    }
                }
                default -> {
                    // There may be a record to open.
                }
            }
            if (!cipher.hasRemaining() || !unwrapped(cipher)) {
                return Step.IDLE;
            }
        }
    }

    /** Whether it got anywhere. */
    private boolean unwrapped(ByteBuffer cipher) throws SSLException {
        SSLEngineResult result = engine.unwrap(cipher, decrypted);
        boolean moved = result.bytesConsumed() > 0 || result.bytesProduced() > 0;
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> {
                if (cipher.remaining() == cipher.capacity()) {
                    throw new SSLException("a TLS record longer than " + cipher.capacity() + " bytes");
                }
                return false;
            }
            case BUFFER_OVERFLOW -> throw new SSLException(
                    "a TLS record with more than " + decrypted.capacity() + " bytes in it");
            case CLOSED -> {
                return true;
            }
            case OK -> {
                if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && phase == Phase.HANDSHAKE) {
                    askForVerdict();
                    return true;
                }
            }
        }
        return moved || waitsForMoreThanBytes();
    }

    private boolean waitsForMoreThanBytes() {
        HandshakeStatus status = engine.getHandshakeStatus();
        return status == HandshakeStatus.NEED_TASK || (status == HandshakeStatus.NEED_WRAP && phase == Phase.HANDSHAKE);
    }

    private void deliver(ByteBuffer plain) {
        if (decrypted.position() == 0 || phase != Phase.OPEN) {
            return;
        }
        decrypted.flip();
        int length = Math.min(decrypted.remaining(), plain.remaining());
        plain.put(plain.position(), decrypted, decrypted.position(), length);
        plain.position(plain.position() + length);
        decrypted.position(decrypted.position() + length);
        decrypted.compact();
    }

    /**
     * @param plain to be read
     * @param cipher for the network, to be written; what is in it already stays
     * @throws IOException if the connection is over
     */
    Step write(ByteBuffer plain, ByteBuffer cipher) throws IOException {
        lock.lock();
        try {
            Step step = writeOn(plain, cipher);
            settle();
            return step;
        } finally {
            unlockAndWake();
        }
    }

    private Step writeOn(ByteBuffer plain, ByteBuffer cipher) throws IOException {
        while (true) {
            throwFailure();
            if (busy()) {
                outboundWaits = true;
                return Step.WAITING;
            }
            if (engine.isOutboundDone()) {
                plain.position(plain.limit());
                return Step.IDLE;
            }
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                runTasks();
                continue;
            }
            if (phase == Phase.HANDSHAKE && status != HandshakeStatus.NEED_WRAP) {
                outboundWaits = true;
                return Step.WAITING;
            }
            ByteBuffer source = phase == Phase.OPEN ? plain : NOTHING;
            if (!source.hasRemaining() && status != HandshakeStatus.NEED_WRAP) {
                return Step.IDLE;
            }
            int before = cipher.position();
            SSLEngineResult result = engine.wrap(source, cipher);
            bytesProduced += result.bytesProduced();
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                if (before == 0) {
                    throw new SSLException("a TLS record does not fit into " + cipher.capacity() + " bytes");
                }
                return Step.FULL;
            }
            if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && phase == Phase.HANDSHAKE) {
                askForVerdict();
            } else if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                return Step.IDLE;
            }
        }
    }

    /** Ends the connection: the next call of either direction throws this. For any thread. */
    void fail(IOException reason) {
        lock.lock();
        try {
            if (failure == null) {
                failure = reason;
            }
            inboundDue = true;
        } finally {
            unlockAndWake();
        }
    }

    /** Tells the peer, by close_notify (RFC 8446 section 6.1), that nothing more will come. For any thread. */
    void sayGoodbye() {
        lock.lock();
        try {
            if (!busy() && failure == null) {
                engine.closeOutbound();
                outboundDue = true;
            }
        } finally {
            unlockAndWake();
        }
    }

    /** Whether the goodbye was written, and how many bytes must have left the socket for it to be on its way; negative if not written. */
    long goodbyeAtByte() {
        lock.lock();
        try {
            return !busy() && engine.isOutboundDone() ? bytesProduced : -1;
        } finally {
            lock.unlock();
        }
    }

    /** After an exception: the alert that tells the peer what was wrong, perhaps nothing. The caller sends it as it can. */
    ByteBuffer lastWords() {
        lock.lock();
        try {
            ByteBuffer words = ByteBuffer.allocate(recordBytes());
            if (phase != Phase.OPEN && !tasksRun) {
                for (int i = 0; i < MOST_LAST_RECORDS
                        && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                    if (engine.wrap(NOTHING, words).bytesProduced() == 0) {
                        break;
                    }
                }
            }
            return words.flip();
        } catch (SSLException nothingToSay) {
            return NOTHING;
        } finally {
            lock.unlock();
        }
    }

    private boolean busy() {
        return tasksRun || phase == Phase.VERDICT;
    }

    private void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    private void runTasks() throws SSLException {
        tasksRun = true;
        execute(() -> {
            try {
                Runnable task = engine.getDelegatedTask();
                while (task != null) {
                    task.run();
                    task = engine.getDelegatedTask();
                }
                done(() -> tasksRun = false);
            } catch (RuntimeException e) {
                done(() -> {
                    tasksRun = false;
                    failure = new SSLException("the handshake failed", e);
                });
            }
        });
    }

    private void askForVerdict() throws SSLException {
        phase = Phase.VERDICT;
        SSLSession session = engine.getSession();
        execute(() -> {
            try {
                surroundings.judge(session);
                done(() -> phase = Phase.OPEN);
            } catch (IOException e) {
                done(() -> failure = e);
            } catch (RuntimeException e) {
                done(() -> failure = new SSLException("the peer could not be judged", e));
            }
        });
    }

    private void execute(Runnable work) throws SSLException {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            throw new SSLException("too many handshakes at once", e);
        }
    }

    private void done(Runnable change) {
        lock.lock();
        try {
            change.run();
            inboundWaits = false;
            outboundWaits = false;
            inboundDue = true;
            outboundDue = true;
        } finally {
            unlockAndWake();
        }
    }

    /** Whoever waits for what has come about is due. */
    private void settle() {
        if (busy()) {
            return;
        }
        HandshakeStatus status = engine.getHandshakeStatus();
        if (outboundWaits && (phase == Phase.OPEN || status == HandshakeStatus.NEED_WRAP)) {
            outboundWaits = false;
            outboundDue = true;
        }
        if (inboundWaits && (phase == Phase.OPEN || status != HandshakeStatus.NEED_WRAP)) {
            inboundWaits = false;
            inboundDue = true;
        }
    }

    /** Outside the lock, though a wake-up that took another lock could do no harm today. */
    private void unlockAndWake() {
        boolean inbound = inboundDue;
        boolean outbound = outboundDue;
        inboundDue = false;
        outboundDue = false;
        lock.unlock();
        if (inbound) {
            surroundings.wakeInbound();
        }
        if (outbound) {
            surroundings.wakeOutbound();
        }
    }
}
