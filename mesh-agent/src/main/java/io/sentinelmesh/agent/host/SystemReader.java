package io.sentinelmesh.agent.host;

import java.util.Objects;

import oshi.software.os.OperatingSystem;
import oshi.software.os.OperatingSystem.OSVersionInfo;

/** What runs here, since when, and how much of it. */
final class SystemReader implements HostReader {

    private final OperatingSystem system;

    SystemReader(OperatingSystem system) {
        this.system = system;
    }

    @Override
    public String group() {
        return "system";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        OSVersionInfo version = system.getVersionInfo();
        into.add(HostMetricName.OS, 1, system.getFamily(), Objects.requireNonNullElse(version.getVersion(), ""),
                Objects.requireNonNullElse(version.getBuildNumber(), ""));
        into.addIfPositive(HostMetricName.UPTIME, system.getSystemUptime());
        into.addIfPositive(HostMetricName.PROCESSES, system.getProcessCount());
        into.addIfPositive(HostMetricName.THREADS, system.getThreadCount());
        into.addIfPositive(HostMetricName.FILES, system.getFileSystem().getOpenFileDescriptors(), "used");
        into.addIfPositive(HostMetricName.FILES, system.getFileSystem().getMaxFileDescriptors(), "max");
    }
}
