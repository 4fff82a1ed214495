package io.sentinelmesh.agent.host;

import java.util.ArrayList;
import java.util.List;

import oshi.hardware.HardwareAbstractionLayer;
import oshi.software.os.InternetProtocolStats;
import oshi.software.os.OperatingSystem;
import oshi.spi.SystemInfoFactory;
import oshi.spi.SystemInfoProvider;

/** All readers there are: a new group is a class, a line here and its names in the catalogue. */
final class HostReaders {

    private HostReaders() {
    }

    /**
     * @throws IllegalStateException if OSHI does not know this system
     */
    static List<HostReader> all(HostPlan plan) {
        SystemInfoProvider host = SystemInfoFactory.create();
        HardwareAbstractionLayer hardware = host.getHardware();
        OperatingSystem system = host.getOperatingSystem();
        InternetProtocolStats protocols = system.getInternetProtocolStats();
        List<HostReader> readers = new ArrayList<>();
        if (plan.topProcesses() > 0) {
            readers.add(new ProcessReader(system, plan.topProcesses()));
        }
        readers.addAll(List.of(new SystemReader(system), new CpuReader(hardware.getProcessor()),
                new MemoryReader(hardware.getMemory()), new DiskReader(hardware), new NetworkReader(hardware),
                new TransportReader(protocols), new SensorReader(hardware.getSensors()),
                new FileSystemReader(system.getFileSystem()), new ConnectionReader(protocols),
                new ServiceReader(), new GpuReader(hardware)));
        return readers;
    }
}
