package io.sentinelmesh.agent.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RoundTripDelays;

/** What each agent measured, worked out anew whenever it is asked for: the same for the same seed and time. Immutable, so any thread. */
final class Rounds {

    /** Of packets, without any fault. */
    static final double LOSS_RATIO = 0.001;

    private static final double UNIT_32 = 0x1p-32;

    private final World world;
    private final List<NodeId> ids;
    private final List<Fault> faults;
    private final long beginMicros;

    /**
     * @param ids by number of the agent
     * @param beginMicros since 1970: from when the faults' times count
     */
    Rounds(World world, List<NodeId> ids, List<Fault> faults, long beginMicros) {
        this.world = world;
        this.ids = List.copyOf(ids);
        this.faults = List.copyOf(faults);
        this.beginMicros = beginMicros;
    }

    World world() {
        return world;
    }

    NodeId id(int agent) {
        return ids.get(agent);
    }

    /** Whether the agent is gone at that time. */
    boolean isDown(int agent, long atMicros) {
        return faults.stream()
                .anyMatch(fault -> fault.isActive(atMicros - beginMicros) && fault.takesDown(world, agent));
    }

    /** Whether its prober is ill at that time. */
    boolean isImpaired(int agent, long atMicros) {
        return faults.stream().anyMatch(fault -> fault.kind() == FaultKind.IMPAIRED
                && fault.isActive(atMicros - beginMicros) && fault.hits(world, agent, agent));
    }

    /** One row of the matrix: a result for each other agent, and which of its packets were lost. */
    static final class Row {
        private final List<PairResult> results;
        private final long[] lost;

        private Row(int cells) {
            results = new ArrayList<>(cells);
            lost = new long[cells];
        }

        private void add(PairResult result, long lostMask) {
            lost[results.size()] = lostMask;
            results.add(result);
        }

        List<PairResult> results() {
            return results;
        }

        /** Bit 0 is the newest packet, as in {@link io.sentinelmesh.measurement.RecentFates}. */
        long lost(int cell) {
            return lost[cell];
        }
    }

    /** A round's worth of packets to each other agent, the first at that time. */
    Row row(int source, long fromMicros) {
        long until = fromMicros + world.roundMicros();
        List<Fault> active = faults.stream()
                .filter(fault -> fault.isActiveWithin(fromMicros - beginMicros, until - beginMicros)).toList();
        double swing = Variation.swing(fromMicros, world.east(world.siteOf(source)));
        long row = Draw.key(world.seed(), source, fromMicros);
        int[] delays = new int[world.packets()];
        Row made = new Row(world.agents() - 1);
        int site = -1;
        int base = 0;
        for (int destination = 0; destination < world.agents(); destination++) {
            if (world.siteOf(destination) != site) {
                site = world.siteOf(destination);
                base = world.baseMicros(world.siteOf(source), site);
            }
            if (destination != source) {
                measure(made, source, destination, base, Draw.next(row ^ destination), swing, active, fromMicros,
                        delays);
            }
        }
        return made;
    }

    private void measure(Row made, int source, int destination, int base, long key, double swing, List<Fault> active,
            long fromMicros, int[] delays) {
        List<Fault> hitting = active.isEmpty()
                ? active
                : active.stream().filter(fault -> fault.hits(world, source, destination)).toList();
        long step = world.roundMicros() / delays.length;
        long number = key;
        int answered = 0;
        long lost = 0;
        for (int packet = 0; packet < delays.length; packet++) {
            number = Draw.next(number);
            double kept = 1 - LOSS_RATIO;
            int extra = 0;
            for (Fault fault : hitting) {
                if (fault.isActive(fromMicros + packet * step - beginMicros)) {
                    kept *= 1 - fault.lossRatio();
                    extra += fault.delayMicros();
                }
            }
            lost <<= 1;
            // The low 16 bits say how long it takes, the high 32 whether it comes at all.
            if ((number >>> 32) * UNIT_32 < kept) {
                delays[answered++] = base + extra + Variation.micros(number, swing);
            } else {
                lost |= 1;
            }
        }
        RoundTripDelays measured = answered == delays.length
                ? RoundTripDelays.ofMicros(delays)
                : RoundTripDelays.ofMicros(Arrays.copyOf(delays, answered));
        made.add(new PairResult(ids.get(destination), delays.length, measured, List.of(), 0, 0), lost);
    }
}
