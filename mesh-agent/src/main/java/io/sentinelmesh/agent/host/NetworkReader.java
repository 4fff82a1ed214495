package io.sentinelmesh.agent.host;

import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.hardware.NetworkIF.IfOperStatus;

/** Network interfaces. */
final class NetworkReader implements HostReader {

    private final HardwareAbstractionLayer hardware;

    NetworkReader(HardwareAbstractionLayer hardware) {
        this.hardware = hardware;
    }

    @Override
    public String group() {
        return "network";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        for (NetworkIF network : hardware.getNetworkIFs(true)) {
            String name = network.getName();
            if (network.getIfOperStatus() != IfOperStatus.UNKNOWN) { // as that of loopback is
                into.add(HostMetricName.NETWORK_UP, network.getIfOperStatus() == IfOperStatus.UP ? 1 : 0, name);
            }
            into.add(HostMetricName.NETWORK_BYTES, network.getBytesRecv(), name, "receive");
            into.add(HostMetricName.NETWORK_BYTES, network.getBytesSent(), name, "send");
            into.add(HostMetricName.NETWORK_PACKETS, network.getPacketsRecv(), name, "receive");
            into.add(HostMetricName.NETWORK_PACKETS, network.getPacketsSent(), name, "send");
            into.add(HostMetricName.NETWORK_ERRORS, network.getInErrors(), name, "receive");
            into.add(HostMetricName.NETWORK_ERRORS, network.getOutErrors(), name, "send");
            into.add(HostMetricName.NETWORK_DROPS, network.getInDrops(), name);
            into.add(HostMetricName.NETWORK_COLLISIONS, network.getCollisions(), name);
            into.addIfPositive(HostMetricName.NETWORK_SPEED, network.getSpeed(), name);
        }
    }
}
