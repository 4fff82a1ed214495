package io.sentinelmesh.agent.host;

import java.util.List;

import oshi.hardware.GpuStats;
import oshi.hardware.GraphicsCard;
import oshi.hardware.HardwareAbstractionLayer;

/** Graphics processors, where there are any. Finding them starts a program, so that is done once. */
final class GpuReader implements HostReader {

    private static final double PERCENT = 100;

    private final HardwareAbstractionLayer hardware;
    private List<Gpu> gpus = List.of();
    private boolean found;

    private record Gpu(String name, GraphicsCard card, GpuStats stats) {
    }

    GpuReader(HardwareAbstractionLayer hardware) {
        this.hardware = hardware;
    }

    @Override
    public String group() {
        return "gpu";
    }

    @Override
    public Cost cost() {
        return Cost.HEAVY;
    }

    @Override
    public void read(Readings into) {
        if (!found) {
            // The statistics stay open: what a processor did is told as what it did since it was asked before.
            List<GraphicsCard> cards = hardware.getGraphicsCards();
            gpus = cards.stream().map(card -> new Gpu(cards.indexOf(card) + " " + card.getName(), card,
                    card.createStatsSession())).toList();
            found = true;
        }
        for (Gpu gpu : gpus) {
            into.addIfPositive(HostMetricName.GPU_MEMORY, gpu.card.getVRam(), gpu.name, "total");
            into.addIfPositive(HostMetricName.GPU_MEMORY, gpu.stats.getVramUsed(), gpu.name, "used");
            into.addIfTold(HostMetricName.GPU_BUSY, gpu.stats.getGpuUtilization() / PERCENT, gpu.name);
            into.addIfPositive(HostMetricName.GPU_TEMPERATURE, gpu.stats.getTemperature(), gpu.name);
            into.addIfPositive(HostMetricName.GPU_POWER, gpu.stats.getPowerDraw(), gpu.name);
        }
    }
}
