package io.sentinelmesh.agent.host;

import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/** Disks and what is read from and written to them. */
final class DiskReader implements HostReader {

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final String FOLDER = "/dev/";

    private final HardwareAbstractionLayer hardware;

    DiskReader(HardwareAbstractionLayer hardware) {
        this.hardware = hardware;
    }

    @Override
    public String group() {
        return "disk";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        for (HWDiskStore disk : hardware.getDiskStores()) {
            String name = disk.getName();
            String device = name.startsWith(FOLDER) ? name.substring(FOLDER.length()) : name;
            into.add(HostMetricName.DISK_BYTES, disk.getReadBytes(), device, "read");
            into.add(HostMetricName.DISK_BYTES, disk.getWriteBytes(), device, "write");
            into.add(HostMetricName.DISK_OPERATIONS, disk.getReads(), device, "read");
            into.add(HostMetricName.DISK_OPERATIONS, disk.getWrites(), device, "write");
            into.add(HostMetricName.DISK_BUSY, disk.getTransferTime() / MILLIS_PER_SECOND, device);
            into.addIfTold(HostMetricName.DISK_QUEUE, disk.getCurrentQueueLength(), device);
            into.addIfPositive(HostMetricName.DISK_SIZE, disk.getSize(), device);
        }
    }
}
