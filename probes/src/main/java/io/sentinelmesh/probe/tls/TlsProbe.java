package io.sentinelmesh.probe.tls;

import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.sentinelmesh.probe.exchange.ConnectionFailure;
import io.sentinelmesh.probe.exchange.Dial;
import io.sentinelmesh.probe.exchange.NameLookup;
import io.sentinelmesh.probe.exchange.Phases;

/** One handshake. Event thread. */
final class TlsProbe implements Dial.Listener {

    private final EventLoop loop;
    private final TlsCheck check;
    private final Consumer<TlsResult> then;
    private final Phases.Watch watch = new Phases.Watch(System::nanoTime);
    private final Dial dial;
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();

    /** @param then hears the result, once, within the check's timeout */
    TlsProbe(EventLoop loop, NameLookup names, TlsCheck check, Consumer<TlsResult> then) {
        this.loop = loop;
        this.check = check;
        this.then = then;
        dial = new Dial(loop, names, watch, check.destination(), Optional.of(check.terms()), check.serverName(), this);
    }

    void begin() {
        deadline = Optional.of(loop.schedule(() -> failed(new ConnectionFailure.TimedOut(watch.phase())),
                check.timeout().toNanos(), TimeUnit.NANOSECONDS));
        dial.begin();
    }

    @Override
    public void connected(Channel channel) {
        String agreed = dial.tlsSeen().orElseThrow().protocol();
        // "TLSv1.2" is below "TLSv1.3" as text, too.
        end(agreed.compareTo("TLSv" + check.leastVersion()) < 0
                ? new TlsOutcome.ProtocolTooOld(agreed, check.leastVersion())
                : new TlsOutcome.Ok());
        Dial.close(channel);
    }

    @Override
    public void failed(ConnectionFailure failure) {
        end(new TlsOutcome.Failed(failure));
    }

    private void end(TlsOutcome outcome) {
        deadline.ifPresent(timer -> timer.cancel(false));
        Phases phases = watch.stop();
        dial.end();
        then.accept(new TlsResult(outcome, dial.addresses(), dial.peer(), dial.tlsSeen(), phases));
    }
}
