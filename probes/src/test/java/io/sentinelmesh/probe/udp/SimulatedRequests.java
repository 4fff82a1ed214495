package io.sentinelmesh.probe.udp;

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

/** Requests whose answers come when and how a test says; one that was ended hears nothing any more. */
final class SimulatedRequests implements RequestNetwork {

    private final int slots;
    private final Set<Integer> open = new HashSet<>();
    private final Queue<Consumer<Events>> events = new ArrayDeque<>();
    private final List<Consumer<Events>> polled = new ArrayList<>();
    private int sent;
    private int errno;

    SimulatedRequests(int slots) {
        this.slots = slots;
    }

    void failsWith(int errno) {
        this.errno = errno;
    }

    void stamps(int slot, long wallNanos) {
        event(slot, told -> told.transmitted(slot, wallNanos));
    }

    void answers(int slot, long wallNanos, byte... payload) {
        event(slot, told -> told.answered(slot, wallNanos, payload));
    }

    void refuses(int slot, RefusalReason reason, InetAddress offender) {
        event(slot, told -> told.refused(slot, reason, offender));
    }

    private void event(int slot, Consumer<Events> event) {
        events.add(told -> {
            if (open.contains(slot)) {
                event.accept(told);
            }
        });
    }

    int sent() {
        return sent;
    }

    Set<Integer> open() {
        return open;
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public int send(int slot) {
        if (errno != 0) {
            return -errno;
        }
        if (!open.add(slot)) {
            throw new AssertionError("slot " + slot + " is not free");
        }
        sent++;
        return 0;
    }

    @Override
    public int poll() {
        polled.clear();
        while (!events.isEmpty()) {
            polled.add(events.remove());
        }
        return polled.size();
    }

    @Override
    public boolean isPollFull(int count) {
        return false;
    }

    @Override
    public void tell(int event, Events told) {
        polled.get(event).accept(told);
    }

    @Override
    public void end(int slot) {
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
        open.clear();
    }
}
