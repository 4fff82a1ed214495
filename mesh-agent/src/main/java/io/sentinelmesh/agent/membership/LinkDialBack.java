package io.sentinelmesh.agent.membership;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.membership.DialBack;
import io.sentinelmesh.membership.MemberPort;
import io.sentinelmesh.wire.Frame;

/**
 * Asks the aggregator over the link. An aggregator says that it can be asked: one from before dial-backs would refuse the question. For any
 * thread.
 */
public final class LinkDialBack implements DialBack {

    /** At the start the link takes about so long at most; whoever has none by then takes part as circumstances permit without. */
    static final Duration FIRST_LINK_WITHIN = Duration.ofSeconds(5);

    private final Consumer<Frame> link;
    private final Supplier<Frame.Membership> now;
    private final CompletableFuture<Boolean> firstLink = new CompletableFuture<>();

    // Guarded by this.
    private boolean linked;
    private long token;
    private @Nullable CompletableFuture<Answer> waiting;

    /**
     * @param link sends a frame, or leaves it out while there is none
     * @param now how this agent takes part
     */
    public LinkDialBack(Consumer<Frame> link, Supplier<Frame.Membership> now) {
        this.link = link;
        this.now = now;
    }

    @Override
    public Answer ask(Question question) {
        if (MemberPort.isLoopback(question.address())) {
            // Reached by everybody who is meant to reach it.
            return new Answer.Reached();
        }
        try {
            boolean _ = firstLink.completeOnTimeout(false, FIRST_LINK_WITHIN.toMillis(), TimeUnit.MILLISECONDS).get();
            Optional<CompletableFuture<Answer>> asked = begin(question);
            return asked.isEmpty()
                    ? new Answer.NobodyToAsk()
                    : asked.get().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new Answer.NobodyToAsk();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.NobodyToAsk();
        } finally {
            end();
        }
    }

    private Optional<CompletableFuture<Answer>> begin(Question question) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        // 0 is the aggregator's offer.
        long its = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        synchronized (this) {
            if (!linked) {
                return Optional.empty();
            }
            token = its;
            waiting = answer;
        }
        link.accept(new Frame.DialBack(now.get(), Optional.of(new Frame.DialBack.Question(its, question.address(),
                question.port(), question.nonce()))));
        return Optional.of(answer);
    }

    private synchronized void end() {
        waiting = null;
    }

    /** The link's listener hears this. */
    public void heard(Frame.DialBackAnswer answer) {
        CompletableFuture<Answer> asked;
        synchronized (this) {
            linked = true;
            asked = answer.token() == token ? waiting : null;
        }
        firstLink.complete(true);
        if (asked != null) {
            asked.complete(switch (answer.outcome()) {
                case REACHED -> new Answer.Reached();
                case NOT_REACHED -> new Answer.NotReached(answer.reason());
                case NOT_TRIED -> new Answer.NobodyToAsk();
            });
        }
    }

    /** The link is gone. */
    public void unlinked() {
        CompletableFuture<Answer> asked;
        synchronized (this) {
            linked = false;
            asked = waiting;
        }
        if (asked != null) {
            asked.complete(new Answer.NobodyToAsk());
        }
    }

    /** Tells how this agent takes part from now on. */
    public void tell() {
        synchronized (this) {
            if (!linked) {
                // The next HELLO does.
                return;
            }
        }
        link.accept(new Frame.DialBack(now.get(), Optional.empty()));
    }
}
