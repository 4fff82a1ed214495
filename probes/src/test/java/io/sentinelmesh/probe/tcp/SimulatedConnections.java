package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.Pollable;

/** Connections that end when and how a test says. Refuses what no real network would be asked for. */
final class SimulatedConnections implements ConnectNetwork {

    /** Few, so that tests can fill it. */
    static final int EVENTS_PER_POLL = 4;

    private final int slots;
    private final Set<Integer> open = new HashSet<>();
    private final List<InetAddress> connectedTo = new ArrayList<>();
    private final Queue<Consumer<Ends>> events = new ArrayDeque<>();
    private final List<Consumer<Ends>> polled = new ArrayList<>();
    private List<InetAddress> destinations = List.of();
    private int errno;
    private boolean closed;

    SimulatedConnections(int slots) {
        this.slots = slots;
    }

    void failsWith(int errno) {
        this.errno = errno;
    }

    void connects(int slot, int kernelMicros, int repeats) {
        ending(slot, ends -> ends.connected(slot, kernelMicros, repeats));
    }

    void resets(int slot) {
        ending(slot, ends -> ends.reset(slot));
    }

    void refuses(int slot, RefusalReason reason, InetAddress offender) {
        ending(slot, ends -> ends.refused(slot, reason, offender));
    }

    private void ending(int slot, Consumer<Ends> end) {
        events.add(ends -> {
            if (open.remove(slot)) {
                end.accept(ends);
            }
        });
    }

    Set<Integer> open() {
        return open;
    }

    List<InetAddress> connectedTo() {
        return connectedTo;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public void destinations(List<InetAddress> addresses) {
        destinations = addresses;
    }

    @Override
    public int begin(int slot, int destination) {
        connectedTo.add(destinations.get(destination));
        if (errno != 0) {
            return -errno;
        }
        if (slot < 0 || slot >= slots || !open.add(slot)) {
            throw new AssertionError("slot " + slot + " is not free");
        }
        return 0;
    }

    @Override
    public int poll() {
        polled.clear();
        while (polled.size() < EVENTS_PER_POLL && !events.isEmpty()) {
            polled.add(events.remove());
        }
        return polled.size();
    }

    @Override
    public boolean isPollFull(int count) {
        return count == EVENTS_PER_POLL;
    }

    @Override
    public void tell(int event, Ends ends) {
        polled.get(event).accept(ends);
    }

    @Override
    public void abandon(int slot) {
        if (!open.remove(slot)) {
            throw new AssertionError("slot " + slot + " is free already");
        }
    }

    @Override
    public List<Pollable> pollables() {
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
    }
}
