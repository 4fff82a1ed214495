package io.sentinelmesh.probe.mtu;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.sentinelmesh.measurement.RefusalReason;

/** A path of links with an MTU each, in a time of its own. */
final class SimulatedPath implements SizedPackets {

    static final InetAddress TARGET = InetAddress.ofLiteral("198.51.100.1");

    /** @param told 0: the router names no size; negative: it says nothing at all */
    private record Link(int mtu, InetAddress router, int told) {
    }

    private final List<Link> links = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private boolean refuses;
    private int answersLeft = Integer.MAX_VALUE;
    private int everyNthLost;
    private double lossRatio;
    private Random chance = new Random(0);
    private boolean oncePerSecond;
    private long lastAnswer = -1_000_000_000L;
    private long nanos;

    /** The router before it says what it takes. */
    SimulatedPath link(int mtu, String router) {
        links.add(new Link(mtu, InetAddress.ofLiteral(router), mtu));
        return this;
    }

    SimulatedPath linkWhoseRouterNamesNoSize(int mtu, String router) {
        links.add(new Link(mtu, InetAddress.ofLiteral(router), 0));
        return this;
    }

    SimulatedPath blackHole(int mtu) {
        links.add(new Link(mtu, TARGET, -1));
        return this;
    }

    SimulatedPath refusingEverything() {
        refuses = true;
        return this;
    }

    SimulatedPath answeringOnly(int times) {
        answersLeft = times;
        return this;
    }

    SimulatedPath answeringOncePerSecond() {
        oncePerSecond = true;
        return this;
    }

    SimulatedPath losingEvery(int nth) {
        everyNthLost = nth;
        return this;
    }

    /** Whatever their size. */
    SimulatedPath losing(double ratio, long seed) {
        lossRatio = ratio;
        chance = new Random(seed);
        return this;
    }

    @Override
    public Fate send(int bytes, long timeoutNanos) {
        sizes.add(bytes);
        if (chance.nextDouble() < lossRatio) {
            nanos += timeoutNanos;
            return new Fate.Silent();
        }
        if (everyNthLost > 0 && sizes.size() % everyNthLost == 0) {
            nanos += timeoutNanos;
            return new Fate.Silent();
        }
        if (refuses) {
            return new Fate.Refused(RefusalReason.ADMINISTRATIVELY_PROHIBITED, InetAddress.ofLiteral("192.0.2.9"));
        }
        for (Link link : links) {
            if (bytes > link.mtu()) {
                if (link.told() < 0) {
                    nanos += timeoutNanos;
                    return new Fate.Silent();
                }
                return new Fate.TooBig(link.told(), link.router());
            }
        }
        boolean tooSoon = oncePerSecond && nanos - lastAnswer < 1_000_000_000L;
        if (tooSoon || answersLeft-- <= 0) {
            nanos += timeoutNanos;
            return new Fate.Silent();
        }
        lastAnswer = nanos;
        nanos += 1_000_000;
        return new Fate.Arrived(1_000_000);
    }

    @Override
    public void pause(long pauseNanos) {
        nanos += pauseNanos;
    }

    int packets() {
        return sizes.size();
    }

    long tookNanos() {
        return nanos;
    }

    @Override
    public void close() {
        links.clear();
    }
}
