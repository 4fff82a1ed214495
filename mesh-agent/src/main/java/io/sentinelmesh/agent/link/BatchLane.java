package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.agent.spool.Outgoing;
import io.sentinelmesh.agent.spool.Spool;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * The lane for batches: asks the spool for one at a time, within the aggregator's credit, the line's room and the pace, and gives live rows
 * the way before each. Of the link's event loop, except where said.
 */
final class BatchLane {

    /** Batches under way are read again from the disk when they are lost: 8 of them take no memory but the socket's. */
    static final int MAX_CREDIT = 8;

    /** What the link does for its lane. */
    interface Link {

        /** Puts the newest live row on the link, if there is one. */
        void sendLive();

        /** A link that begins anew may carry what this one may not. */
        void startAnew();
    }

    private final Vertx vertx;
    private final Context context;
    private final Spool spool;
    private final Link link;
    private final Pace pace = new Pace(System::nanoTime);
    private long hurryUntilNanos = System.nanoTime();

    private @Nullable Line line;
    private LinkOrder order = new LinkOrder();
    private int credit;
    private int generation;
    private boolean asking;
    private boolean askAgain;
    private boolean pausing;
    /** A batch that this link may not carry. */
    private boolean stuck;

    BatchLane(Vertx vertx, Context context, Spool spool, Link link) {
        this.vertx = vertx;
        this.context = context;
        this.spool = spool;
        this.link = link;
        spool.onReady(() -> context.runOnContext(_ -> pull()));
    }

    void opened(Line opened) {
        closed();
        line = opened;
        spool.rewind();
    }

    void closed() {
        line = null;
        order = new LinkOrder();
        credit = 0;
        generation++;
        asking = false;
        askAgain = false;
        stuck = false;
    }

    void credit(int batches) {
        credit = Math.min(batches, MAX_CREDIT);
        pull();
    }

    void acknowledged(UUID boot, long sequence) {
        order.acknowledged(boot, sequence);
        spool.acknowledge(boot, sequence);
        if (stuck && order.isQuiet()) {
            link.startAnew();
        } else {
            pull();
        }
    }

    /** For this long there is no pause, and the newest batch does not wait for more rows. */
    void hurry(Duration howLong) {
        hurryUntilNanos = System.nanoTime() + howLong.toNanos();
        pull();
    }

    private boolean hurries() {
        return hurryUntilNanos - System.nanoTime() > 0;
    }

    /** Sends what may be sent. */
    void pull() {
        if (asking) {
            askAgain = true;
            return;
        }
        Line to = line;
        if (to == null || credit == 0 || stuck || to.isFull()) {
            return;
        }
        Duration wait = hurries() ? Duration.ZERO : pace.toWait();
        if (!wait.isZero()) {
            pause(wait);
            return;
        }
        asking = true;
        askAgain = false;
        int asked = generation;
        spool.next(credit, hurries(), batch -> context.runOnContext(_ -> answered(asked, batch)));
    }

    private void pause(Duration wait) {
        if (!pausing) {
            pausing = true;
            vertx.setTimer(wait.toMillis(), _ -> {
                pausing = false;
                pull();
            });
        }
    }

    private void answered(int asked, Optional<Outgoing> batch) {
        if (asked != generation) {
            // Of a link that is gone; the spool was told to begin again.
            return;
        }
        asking = false;
        batch.ifPresent(this::send);
        if (batch.isPresent() || askAgain) {
            pull();
        }
    }

    private void send(Outgoing batch) {
        Line to = line;
        if (to == null || to.isClosed()) {
            return;
        }
        if (!order.takes(batch.boot(), batch.sequence())) {
            stuck = true;
            if (order.isQuiet()) {
                link.startAnew();
            }
            return;
        }
        link.sendLive();
        order.sent(batch.boot(), batch.sequence());
        if (!hurries()) {
            // What somebody wanted at once is not paid for afterwards.
            pace.sent(batch.frame().length);
        }
        to.send(batch.frame());
    }

    /** One more batch, the newest rows too, then whatever comes after it. */
    void last(Runnable then) {
        Line to = line;
        int left = credit;
        closed();
        if (to == null || left == 0) {
            then.run();
            return;
        }
        spool.next(left, true, batch -> context.runOnContext(_ -> {
            batch.ifPresent(last -> to.send(last.frame()));
            then.run();
        }));
    }
}
