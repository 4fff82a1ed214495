package io.sentinelmesh.probe.http;

import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.concurrent.Future;
import io.sentinelmesh.probe.exchange.ConnectionFailure;
import io.sentinelmesh.probe.exchange.Dial;
import io.sentinelmesh.probe.exchange.NameLookup;
import io.sentinelmesh.probe.exchange.Phase;
import io.sentinelmesh.probe.exchange.Phases;

/** One request on a connection of its own. Event thread. */
final class HttpExchange implements Dial.Listener, AnswerReader.Listener {

    private static final String HTTP_2 = "h2";

    private final HttpStep step;
    private final HttpCheck check;
    private final Listener listener;
    private final Phases.Watch watch = new Phases.Watch(System::nanoTime);
    private final Dial dial;
    private Optional<Channel> channel = Optional.empty();
    private boolean ended;

    /** Hears one of the two, once. */
    interface Listener {

        void answered(HttpHop hop, HttpAnswer answer);

        void failed(HttpHop hop, HttpOutcome outcome);
    }

    HttpExchange(EventLoop loop, NameLookup names, HttpStep step, HttpCheck check, Listener listener) {
        this.step = step;
        this.check = check;
        this.listener = listener;
        dial = new Dial(loop, names, watch, step.destination(),
                step.address().isTls() ? Optional.of(check.reach().tls()) : Optional.empty(), step.serverName(), this);
    }

    void begin() {
        dial.begin();
    }

    /** The deadline is over. */
    void expire() {
        fail(new HttpOutcome.Failed(new ConnectionFailure.TimedOut(watch.phase())));
    }

    @Override
    public void failed(ConnectionFailure failure) {
        fail(new HttpOutcome.Failed(failure));
    }

    @Override
    public void connected(Channel connected) {
        channel = Optional.of(connected);
        boolean agreed = dial.tlsSeen().filter(seen -> seen.applicationProtocol().equals(HTTP_2)).isPresent();
        boolean insisted = check.reach().version() == HttpVersionWanted.TWO;
        if (insisted && step.address().isTls() && !agreed) {
            fail(new HttpOutcome.VersionUnavailable("HTTP/2"));
        } else if (agreed || insisted) {
            overHttp2(connected);
        } else {
            connected.pipeline().addLast(new AnswerDecoder(step.ask().method().equals("HEAD")),
                    reader(Optional.empty()));
            send(connected, step.encoded().buffer());
        }
    }

    private AnswerReader reader(Optional<String> version) {
        return new AnswerReader(version, check.expectation().bodyLimit(), watch, this);
    }

    private void overHttp2(Channel connection) {
        connection.pipeline().addLast(Http2FrameCodecBuilder.forClient().build(),
                new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel pushed) {
                        Dial.close(pushed);
                    }
                }), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        fail(AnswerReader.outcome(cause, watch.phase()));
                    }
                });
        AnswerReader reader = reader(Optional.of("2"));
        new Http2StreamChannelBootstrap(connection).handler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false), reader);
            }
        }).open().addListener((Future<Http2StreamChannel> opened) -> {
            if (opened.isSuccess()) {
                send(opened.getNow(), step.request());
            } else {
                fail(AnswerReader.outcome(opened.cause(), Phase.FIRST_BYTE));
            }
        });
    }

    private void send(Channel stream, Object request) {
        // What goes wrong with it comes to the reader as an exception or as the connection's end.
        var _ = stream.writeAndFlush(request, stream.voidPromise());
        // A request is small: the kernel has taken it by now, and the answer can't be here before this thread reads it.
        watch.begin(Phase.FIRST_BYTE);
    }

    @Override
    public void answered(HttpAnswer answer) {
        if (!ended) {
            ended = true;
            HttpHop hop = hop(Optional.of(new HttpHop.Answer(answer.status(), answer.version(), answer.bodyBytes())));
            channel.ifPresent(Dial::close);
            listener.answered(hop, answer);
        }
    }

    @Override
    public void failed(HttpOutcome outcome) {
        fail(outcome);
    }

    private void fail(HttpOutcome outcome) {
        if (!ended) {
            ended = true;
            HttpHop hop = hop(Optional.empty());
            dial.end();
            channel.ifPresent(Dial::close);
            listener.failed(hop, outcome);
        }
    }

    private HttpHop hop(Optional<HttpHop.Answer> answer) {
        return new HttpHop(step.url(), dial.addresses(), dial.peer(), dial.tlsSeen(), answer, watch.stop());
    }
}
