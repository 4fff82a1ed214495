package io.sentinelmesh.membership.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

import org.jspecify.annotations.Nullable;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.IOUtil;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity;

/** One TLS connection: a pump between two handlers of Hazelcast, and what is known of the peer. */
final class TlsChannel implements TlsPump.Surroundings {

    private final Channel channel;
    private final MeshTls tls;
    private final TlsPump pump;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Peer peer;
    private volatile @Nullable Future<?> deadline;

    /** Who is at the other end, and by which certificates that is known. */
    private record Peer(MeshIdentity identity, List<Certificate> chain) {
    }

    TlsChannel(Channel channel, MeshTls tls, SSLEngine engine) throws SSLException {
        this.channel = channel;
        this.tls = tls;
        this.pump = new TlsPump(engine, tls.tasks(), this);
    }

    InboundHandler<ByteBuffer, ByteBuffer> inbound() {
        return new Inbound();
    }

    OutboundHandler<ByteBuffer, ByteBuffer> outbound() {
        return new Outbound();
    }

    Channel channel() {
        return channel;
    }

    void closesAt(Future<?> end) {
        deadline = end;
    }

    /** Empty before the verdict. */
    Optional<MeshIdentity> peer() {
        Peer known = peer;
        return known == null ? Optional.empty() : Optional.of(known.identity());
    }

    /**
     * Judges the peer again, for its certificate may have expired or been revoked meanwhile; then the connection ends.
     *
     * @return who is revoked. One whose certificate expired may have a newer one: its next connection shows it.
     */
    Optional<NodeId> judgedAgain() {
        Peer known = peer;
        if (known == null || tls.identity().peer(known.chain()).isPresent()) {
            return Optional.empty();
        }
        boolean inForce = isInForce(known.chain().getFirst());
        end(notAccepted(known.identity().id() + (inForce ? " is revoked" : ": its certificate has expired")));
        return inForce ? Optional.of(known.identity().id()) : Optional.empty();
    }

    private static boolean isInForce(Certificate certificate) {
        try {
            ((X509Certificate) certificate).checkValidity();
            return true;
        } catch (CertificateException expired) {
            return false;
        }
    }

    /** For any thread. */
    void end(IOException reason) {
        pump.fail(reason);
    }

    void sayGoodbye() {
        if (pump.isOpen()) {
            pump.sayGoodbye();
        }
    }

    boolean goodbyeLeft() {
        if (channel.isClosed() || !pump.isOpen()) {
            return true;
        }
        long at = pump.goodbyeAtByte();
        return at >= 0 && channel.bytesWritten() >= at;
    }

    @Override
    public void wakeInbound() {
        if (!channel.isClosed()) {
            channel.inboundPipeline().wakeup();
        }
    }

    @Override
    public void wakeOutbound() {
        if (!channel.isClosed()) {
            channel.outboundPipeline().wakeup();
        }
    }

    @Override
    public void judge(SSLSession session) throws IOException {
        List<Certificate> chain = List.of(session.getPeerCertificates());
        // The handshake asked the same, but not if it resumed an earlier session (RFC 8446 section 2.2).
        peer = new Peer(tls.identity().peer(chain).orElseThrow(() -> notAccepted("its certificate is not accepted")),
                chain);
        Future<?> end = deadline;
        if (end != null) {
            end.cancel(false);
        }
        tls.established(this);
    }

    private static IOException notAccepted(String reason) {
        return new RefusedConnectionException(reason);
    }

    private IOException ended(IOException e) {
        if (e instanceof SSLException) {
            sendLastWords();
            refused(String.valueOf(e.getMessage()));
            return new RefusedConnectionException(e.toString(), e);
        }
        if (e instanceof RefusedConnectionException) {
            refused(String.valueOf(e.getMessage()));
        }
        return e;
    }

    /** Once, though both directions end. */
    private void refused(String reason) {
        if (told.compareAndSet(false, true)) {
            tls.refused(channel, reason);
        }
    }

    /** As much as fits at once: the connection is over either way. */
    private void sendLastWords() {
        ByteBuffer words = pump.lastWords();
        SocketChannel socket = channel.socket().getChannel();
        if (words.hasRemaining() && socket != null) {
            try {
                int _ = socket.write(words);
            } catch (IOException gone) {
                // Then the peer doesn't care.
            }
        }
    }

    private static HandlerStatus status(TlsPump.Step step) {
        return switch (step) {
            case IDLE -> HandlerStatus.CLEAN;
            case FULL -> HandlerStatus.DIRTY;
            case WAITING -> HandlerStatus.BLOCKED;
        };
    }

    private final class Inbound extends InboundHandler<ByteBuffer, ByteBuffer> {

        @Override
        public void handlerAdded() {
            initSrcBuffer(pump.recordBytes());
        }

        @Override
        public HandlerStatus onRead() throws Exception {
            src.flip();
            try {
                return status(pump.read(src, dst));
            } catch (IOException e) {
                throw ended(e);
            } finally {
                IOUtil.compactOrClear(src);
            }
        }
    }

    private final class Outbound extends OutboundHandler<ByteBuffer, ByteBuffer> {

        @Override
        public void handlerAdded() {
            initDstBuffer(pump.recordBytes());
        }

        @Override
        public HandlerStatus onWrite() throws Exception {
            IOUtil.compactOrClear(dst);
            try {
                return status(pump.write(src, dst));
            } catch (IOException e) {
                throw ended(e);
            } finally {
                dst.flip();
            }
        }
    }
}
