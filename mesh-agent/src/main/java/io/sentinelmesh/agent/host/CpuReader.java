package io.sentinelmesh.agent.host;

import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;

/** Processor: what its time went into, and how fast it runs. */
final class CpuReader implements HostReader {

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final String[] LOAD_MINUTES = {"1", "5", "15"};

    private final CentralProcessor processor;
    private long[][] ticksBefore = new long[0][];

    CpuReader(CentralProcessor processor) {
        this.processor = processor;
    }

    @Override
    public String group() {
        return "cpu";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        long[] ticks = processor.getSystemCpuLoadTicks();
        for (TickType mode : TickType.values()) {
            into.add(HostMetricName.CPU_SECONDS, ticks[mode.getIndex()] / MILLIS_PER_SECOND, word(mode));
        }
        readCores(into);
        double[] load = processor.getSystemLoadAverage(LOAD_MINUTES.length);
        for (int i = 0; i < load.length; i++) {
            into.addIfTold(HostMetricName.LOAD, load[i], LOAD_MINUTES[i]);
        }
        into.add(HostMetricName.CPU_CORES, processor.getLogicalProcessorCount(), "logical");
        into.add(HostMetricName.CPU_CORES, processor.getPhysicalProcessorCount(), "physical");
        into.addIfTold(HostMetricName.CONTEXT_SWITCHES, processor.getContextSwitches());
        into.addIfTold(HostMetricName.INTERRUPTS, processor.getInterrupts());
    }

    private static String word(TickType mode) {
        return switch (mode) {
            case USER -> "user";
            case NICE -> "nice";
            case SYSTEM -> "system";
            case IDLE -> "idle";
            case IOWAIT -> "iowait";
            case IRQ -> "irq";
            case SOFTIRQ -> "softirq";
            case STEAL -> "steal";
        };
    }

    private void readCores(Readings into) {
        long[][] ticks = processor.getProcessorCpuLoadTicks();
        if (ticks.length == ticksBefore.length) {
            for (int core = 0; core < ticks.length; core++) {
                into.add(HostMetricName.CPU_BUSY, busy(ticksBefore[core], ticks[core]), Integer.toString(core));
            }
        }
        ticksBefore = ticks;
        long[] hertz = processor.getCurrentFreq();
        for (int core = 0; core < hertz.length; core++) {
            into.addIfPositive(HostMetricName.CPU_FREQUENCY, hertz[core], Integer.toString(core));
        }
    }

    private static double busy(long[] before, long[] after) {
        long all = 0;
        for (int i = 0; i < after.length; i++) {
            all += after[i] - before[i];
        }
        long idle = 0;
        for (TickType mode : new TickType[]{TickType.IDLE, TickType.IOWAIT}) {
            idle += after[mode.getIndex()] - before[mode.getIndex()];
        }
        return all <= 0 ? Double.NaN : Math.clamp((double) (all - idle) / all, 0, 1);
    }
}
