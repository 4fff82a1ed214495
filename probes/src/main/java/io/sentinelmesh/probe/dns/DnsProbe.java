package io.sentinelmesh.probe.dns;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.AbstractDnsOptPseudoRrRecord;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryEncoder;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DefaultDnsQuery;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryEncoder;
import io.netty.handler.codec.dns.TcpDnsResponseDecoder;
import io.sentinelmesh.probe.exchange.ConnectionFailure;
import io.sentinelmesh.probe.exchange.Destination;
import io.sentinelmesh.probe.exchange.Dial;
import io.sentinelmesh.probe.exchange.NameLookup;
import io.sentinelmesh.probe.exchange.Phase;
import io.sentinelmesh.probe.exchange.Phases;
import io.sentinelmesh.probe.exchange.Refusals;

/** One question. Event thread. */
final class DnsProbe implements Dial.Listener, DnsReader.Listener {

    private static final int MOST_UDP_BYTES = 65_535;

    private final EventLoop loop;
    private final NameLookup names;
    private final DnsCheck check;
    private final Consumer<DnsResult> then;
    private final Phases.Watch watch = new Phases.Watch(System::nanoTime);
    private final DnsReader reader;
    private final int id;
    private Optional<Channel> channel = Optional.empty();
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();
    private boolean ended;

    /**
     * @param id of the question, 0 to 65,535, that nobody else can guess
     * @param then hears the result, once, within the check's timeout
     */
    DnsProbe(EventLoop loop, NameLookup names, DnsCheck check, int id, Consumer<DnsResult> then) {
        this.loop = loop;
        this.names = names;
        this.check = check;
        this.id = id;
        this.then = then;
        reader = new DnsReader(id, check.ask(), this);
    }

    void begin() {
        deadline = Optional.of(loop.schedule(this::expire, check.timeout().toNanos(), TimeUnit.NANOSECONDS));
        switch (check.transport()) {
            case UDP -> overUdp();
            case TCP -> new Dial(loop, names, watch, Destination.of(check.server().getAddress().getHostAddress(),
                    check.server().getPort(), "any", check.source()),
                    Optional.empty(), "", this).begin();
        }
    }

    private void overUdp() {
        NioDatagramChannel socket;
        try {
            socket = new NioDatagramChannel();
        } catch (ChannelException e) {
            failed(new ConnectionFailure.NotSent(Refusals.ownTrouble(e)));
            return;
        }
        channel = Optional.of(socket);
        socket.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(MOST_UDP_BYTES));
        socket.pipeline().addLast(new DatagramDnsQueryEncoder(), new DatagramDnsResponseDecoder(), reader);
        var _ = loop.register(socket);
        // Connected, so that the kernel drops what others send and tells when the port is closed.
        ChannelFuture connecting = check.source()
                .map(source -> socket.connect(check.server(), new InetSocketAddress(source, 0)))
                .orElseGet(() -> socket.connect(check.server()));
        connecting.addListener(_ -> {
            if (connecting.isSuccess()) {
                ask(socket, new DatagramDnsQuery(null, check.server(), id));
            } else {
                failed(Refusals.ofConnect(check.server(), connecting.cause()));
            }
        });
    }

    @Override
    public void connected(Channel connected) {
        channel = Optional.of(connected);
        connected.pipeline().addLast(new TcpDnsQueryEncoder(), new TcpDnsResponseDecoder(), reader);
        ask(connected, new DefaultDnsQuery(id));
    }

    private void ask(Channel socket, DnsQuery query) {
        DnsCheck.Ask ask = check.ask();
        query.setRecursionDesired(ask.recursion()).setRecord(DnsSection.QUESTION,
                new DefaultDnsQuestion(ask.name(), ask.type()));
        if (ask.ednsBytes() > 0) {
            query.setRecord(DnsSection.ADDITIONAL, new AbstractDnsOptPseudoRrRecord(ask.ednsBytes(), 0, 0) {
            });
        }
        watch.begin(Phase.FIRST_BYTE);
        socket.writeAndFlush(query).addListener(written -> {
            if (!written.isSuccess()) {
                failed(Refusals.ofConnect(check.server(), written.cause()));
            }
        });
    }

    @Override
    public void answered(DnsAnswer answer) {
        if (!ended) {
            watch.end();
            end(DnsVerdict.of(answer, check), Optional.of(answer));
        }
    }

    @Override
    public void failed(ConnectionFailure failure) {
        end(new DnsOutcome.Failed(failure), Optional.empty());
    }

    @Override
    public void broken(Throwable cause) {
        failed(Refusals.ofRead(check.server(), cause, watch.phase()));
    }

    private void expire() {
        end(reader.garbled().<DnsOutcome>map(DnsOutcome.Malformed::new)
                .orElseGet(() -> new DnsOutcome.Failed(new ConnectionFailure.TimedOut(watch.phase()))),
                Optional.empty());
    }

    private void end(DnsOutcome outcome, Optional<DnsAnswer> answer) {
        if (!ended) {
            ended = true;
            deadline.ifPresent(timer -> timer.cancel(false));
            DnsResult result = new DnsResult(outcome, answer, watch.stop(), reader.strays());
            channel.ifPresent(Dial::close);
            then.accept(result);
        }
    }
}
