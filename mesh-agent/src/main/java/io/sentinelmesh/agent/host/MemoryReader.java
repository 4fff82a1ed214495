package io.sentinelmesh.agent.host;

import oshi.hardware.GlobalMemory;
import oshi.hardware.VirtualMemory;

/** Memory and swap space. */
final class MemoryReader implements HostReader {

    private final GlobalMemory memory;

    MemoryReader(GlobalMemory memory) {
        this.memory = memory;
    }

    @Override
    public String group() {
        return "memory";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        into.addIfPositive(HostMetricName.MEMORY, memory.getTotal(), "total");
        into.addIfPositive(HostMetricName.MEMORY, memory.getAvailable(), "available");
        VirtualMemory virtual = memory.getVirtualMemory();
        if (virtual.getSwapTotal() > 0) {
            into.add(HostMetricName.SWAP, virtual.getSwapTotal(), "total");
            into.add(HostMetricName.SWAP, virtual.getSwapUsed(), "used");
            into.add(HostMetricName.SWAP_PAGES, virtual.getSwapPagesIn(), "in");
            into.add(HostMetricName.SWAP_PAGES, virtual.getSwapPagesOut(), "out");
        }
        into.addIfPositive(HostMetricName.VIRTUAL_MEMORY, virtual.getVirtualInUse(), "used");
        into.addIfPositive(HostMetricName.VIRTUAL_MEMORY, virtual.getVirtualMax(), "max");
    }
}
