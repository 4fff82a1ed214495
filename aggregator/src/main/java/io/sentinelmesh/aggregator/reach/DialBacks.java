package io.sentinelmesh.aggregator.reach;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.wire.Frame.DialBack.Question;
import io.sentinelmesh.wire.Frame.DialBackAnswer;
import io.sentinelmesh.wire.Frame.DialBackAnswer.Outcome;

/**
 * Connects to agents' member ports because they ask. It is no port scanner for strangers: only at the address that the agent's link comes from and
 * at those the mesh knows it by, no port below {@link #LEAST_PORT}, one try at a time and one in {@link #PAUSE} for each agent. Any thread.
 */
public final class DialBacks implements AutoCloseable {

    static final Duration PAUSE = Duration.ofSeconds(5);
    /** Ports below are other programs'. */
    static final int LEAST_PORT = 1_024;
    static final int MOST_AT_ONCE = 32;
    /** Of whom the last question is remembered; beyond it those that may ask again anyway are forgotten. */
    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST_NONCE = 64;

    private static final Logger log = LoggerFactory.getLogger(DialBacks.class);

    /**
     * Who asks.
     *
     * @param certified over a link with a certificate: then its member port speaks TLS and shows the same one
     * @param seen where its link comes from
     */
    public record Asker(MeshNode agent, boolean certified, Optional<InetAddress> seen) {
        NodeId id() {
            return agent.id();
        }

        String seenText() {
            return seen.map(InetAddress::getHostAddress).orElse("");
        }
    }

    private final Dialler tls;
    private final Dialler plain;
    private final LongSupplier nanoTime;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("dial-back-", 0).factory());
    private final Map<Outcome, Counter> outcomes;
    /** When each agent last asked. Guarded by itself. */
    private final Map<NodeId, Long> asked = new HashMap<>();

    public DialBacks(TlsIdentity identity, MetricRegistry registry, LongSupplier nanoTime) {
        this(new Dialler.OverTls(identity), new Dialler.Plain(), registry, nanoTime);
    }

    DialBacks(Dialler tls, Dialler plain, MetricRegistry registry, LongSupplier nanoTime) {
        this.tls = tls;
        this.plain = plain;
        this.nanoTime = nanoTime;
        this.outcomes = Map.of(Outcome.REACHED, counter(registry, "reached"), Outcome.NOT_REACHED,
                counter(registry, "not_reached"), Outcome.NOT_TRIED, counter(registry, "not_tried"));
    }

    private static Counter counter(MetricRegistry registry, String outcome) {
        return registry.counter("sentinel_dial_backs_total", "outcome=\"" + outcome + "\"",
                "Questions of agents whether their member port is reached, by what came of them.");
    }

    /**
     * @param answer told once, on some other thread or at once
     */
    public void ask(Asker asker, Question question, Consumer<DialBackAnswer> answer) {
        Consumer<DialBackAnswer> counted = told -> {
            count(told.outcome());
            answer.accept(told);
        };
        Optional<String> objection = objection(asker, question);
        if (objection.isPresent()) {
            counted.accept(new DialBackAnswer(question.token(), Outcome.NOT_REACHED, objection.get(),
                    asker.seenText()));
            return;
        }
        if (!mayAsk(asker.id())) {
            counted.accept(notTried(asker, question, "asked again within " + PAUSE.toSeconds() + " s"));
            return;
        }
        if (!places.tryAcquire()) {
            counted.accept(notTried(asker, question, "the aggregator tries " + MOST_AT_ONCE + " others at present"));
            return;
        }
        try {
            threads.execute(() -> {
                try {
                    counted.accept(dial(asker, question));
                } finally {
                    places.release();
                }
            });
        } catch (RejectedExecutionException stopping) {
            places.release();
        }
    }

    private static DialBackAnswer notTried(Asker asker, Question question, String why) {
        return new DialBackAnswer(question.token(), Outcome.NOT_TRIED, why, asker.seenText());
    }

    private static Optional<String> objection(Asker asker, Question question) {
        if (question.port() < LEAST_PORT) {
            return Optional.of("a member port below " + LEAST_PORT + " is not tried");
        }
        if (question.nonce().length() > LONGEST_NONCE) {
            return Optional.of("a nonce of more than " + LONGEST_NONCE + " characters");
        }
        Optional<InetAddress> wanted = NatRule.literal(question.address());
        if (wanted.isEmpty() || !isKnown(asker, wanted.get())) {
            return Optional.of(question.address() + " is neither where its link comes from nor one of its addresses"
                    + " (--address, --advertise), so it is not tried");
        }
        return isOneOfItsHosts(wanted.get(), asker.seen())
                ? Optional.empty()
                : Optional.of(question.address() + " means something on its own host only");
    }

    private static boolean isKnown(Asker asker, InetAddress wanted) {
        return asker.seen().filter(wanted::equals).isPresent() || names(asker.agent(), wanted);
    }

    /** Whether it is an address that others are told. */
    public static boolean names(MeshNode agent, InetAddress address) {
        return agent.addresses().stream().map(NatRule::literal).flatMap(Optional::stream)
                .anyMatch(address::equals);
    }

    private static boolean isOneOfItsHosts(InetAddress wanted, Optional<InetAddress> seen) {
        if (wanted.isLoopbackAddress()) {
            return seen.filter(InetAddress::isLoopbackAddress).isPresent();
        }
        return !wanted.isAnyLocalAddress() && !wanted.isMulticastAddress() && !wanted.isLinkLocalAddress();
    }

    /** One at a time as well: a try ends well before the pause does. */
    private boolean mayAsk(NodeId agent) {
        long now = nanoTime.getAsLong();
        synchronized (asked) {
            Long last = asked.get(agent);
            if (last != null && now - last < PAUSE.toNanos()) {
                return false;
            }
            if (asked.size() >= MOST_REMEMBERED) {
                asked.values().removeIf(at -> now - at >= PAUSE.toNanos());
            }
            if (asked.size() >= MOST_REMEMBERED) {
                return false;
            }
            asked.put(agent, now);
            return true;
        }
    }

    private DialBackAnswer dial(Asker asker, Question question) {
        InetAddress address = NatRule.literal(question.address()).orElseThrow();
        byte[] nonce = question.nonce().getBytes(StandardCharsets.US_ASCII);
        try {
            (asker.certified() ? tls : plain).dial(address, question.port(), asker.id(), nonce);
            log.debug("{} is reached at port {} of {}", asker.agent().name(), question.port(), question.address());
            return new DialBackAnswer(question.token(), Outcome.REACHED, "", asker.seenText());
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).replaceAll("\\p{Cc}", "?");
            return new DialBackAnswer(question.token(), Outcome.NOT_REACHED,
                    "the aggregator does not reach port " + question.port() + " of " + question.address() + ": "
                            + why.substring(0, Math.min(why.length(), 200)),
                    asker.seenText());
        }
    }

    private void count(Outcome outcome) {
        Counter counter = outcomes.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
