package io.sentinelmesh.agent.host;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import oshi.software.os.InternetProtocolStats;
import oshi.software.os.InternetProtocolStats.IPConnection;
import oshi.software.os.InternetProtocolStats.TcpState;

/** Connections by state. Walks through all sockets, and all open files to find whose they are. */
final class ConnectionReader implements HostReader {

    private final InternetProtocolStats stats;

    ConnectionReader(InternetProtocolStats stats) {
        this.stats = stats;
    }

    @Override
    public String group() {
        return "connections";
    }

    @Override
    public Cost cost() {
        return Cost.HEAVY;
    }

    @Override
    public void read(Readings into) {
        Map<TcpState, Integer> byState = new EnumMap<>(TcpState.class);
        int udp = 0;
        for (IPConnection connection : stats.getConnections()) {
            if (connection.getType().startsWith("udp")) {
                udp++;
            } else {
                byState.merge(connection.getState(), 1, Integer::sum);
            }
        }
        for (TcpState state : TcpState.values()) {
            // "None" is what a UDP socket has.
            if (state != TcpState.NONE && state != TcpState.UNKNOWN) {
                into.add(HostMetricName.TCP_CONNECTIONS, byState.getOrDefault(state, 0),
                        state.name().toLowerCase(Locale.ROOT));
            }
        }
        into.add(HostMetricName.UDP_SOCKETS, udp);
    }
}
