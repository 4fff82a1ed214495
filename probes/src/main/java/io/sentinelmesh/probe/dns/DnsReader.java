package io.sentinelmesh.probe.dns;

import java.io.IOException;
import java.util.Optional;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.sentinelmesh.probe.exchange.Refusals;

/** Waits for the answer to one question and past everything else. Event thread. */
final class DnsReader extends SimpleChannelInboundHandler<DnsResponse> {

    private final int id;
    private final DnsCheck.Ask ask;
    private final Listener listener;
    private Optional<String> garbled = Optional.empty();
    private int strays;

    interface Listener {

        void answered(DnsAnswer answer);

        /** The socket's own trouble, such as a closed port; an {@link IOException}. */
        void broken(Throwable cause);
    }

    DnsReader(int id, DnsCheck.Ask ask, Listener listener) {
        this.id = id;
        this.ask = ask;
        this.listener = listener;
    }

    /** Why the last packet that could not be read could not; empty if there was none. */
    Optional<String> garbled() {
        return garbled;
    }

    int strays() {
        return strays;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DnsResponse response) {
        if (response.id() == id && isOurQuestion(response)) {
            listener.answered(DnsAnswer.of(response));
        } else {
            strays++;
        }
    }

    private boolean isOurQuestion(DnsResponse response) {
        if (response.count(DnsSection.QUESTION) == 0) {
            // Some servers do not repeat a question that they refuse to understand.
            return !response.code().equals(DnsResponseCode.NOERROR);
        }
        DnsRecord question = response.recordAt(DnsSection.QUESTION);
        return response.count(DnsSection.QUESTION) == 1 && question instanceof DnsQuestion
                && question.name().equalsIgnoreCase(ask.name()) && question.type().equals(ask.type());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            listener.broken(cause);
        } else {
            // Perhaps somebody else's datagram: the answer may still come.
            garbled = Optional.of(Refusals.ownTrouble(cause));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.broken(new IOException("closed by the server"));
    }
}
