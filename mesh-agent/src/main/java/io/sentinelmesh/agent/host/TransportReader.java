package io.sentinelmesh.agent.host;

import oshi.software.os.InternetProtocolStats;
import oshi.software.os.InternetProtocolStats.TcpStats;
import oshi.software.os.InternetProtocolStats.UdpStats;

/** What TCP and UDP count. On Linux the TCP counts are those of both families. */
final class TransportReader implements HostReader {

    private final InternetProtocolStats stats;

    TransportReader(InternetProtocolStats stats) {
        this.stats = stats;
    }

    @Override
    public String group() {
        return "transport";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        TcpStats tcp = stats.getTCPv4Stats();
        into.add(HostMetricName.TCP_SEGMENTS, tcp.getSegmentsSent(), "sent");
        into.add(HostMetricName.TCP_SEGMENTS, tcp.getSegmentsReceived(), "received");
        into.add(HostMetricName.TCP_SEGMENTS, tcp.getSegmentsRetransmitted(), "retransmitted");
        into.add(HostMetricName.TCP_SEGMENTS, tcp.getInErrors(), "damaged");
        into.add(HostMetricName.TCP_OPENED, tcp.getConnectionsActive(), "active");
        into.add(HostMetricName.TCP_OPENED, tcp.getConnectionsPassive(), "passive");
        into.add(HostMetricName.TCP_OPENED, tcp.getConnectionFailures(), "failed");
        into.add(HostMetricName.TCP_OPENED, tcp.getConnectionsReset(), "reset");
        UdpStats four = stats.getUDPv4Stats();
        UdpStats six = stats.getUDPv6Stats();
        into.add(HostMetricName.UDP_DATAGRAMS, four.getDatagramsSent() + six.getDatagramsSent(), "sent");
        into.add(HostMetricName.UDP_DATAGRAMS, four.getDatagramsReceived() + six.getDatagramsReceived(), "received");
        into.add(HostMetricName.UDP_DATAGRAMS, four.getDatagramsNoPort() + six.getDatagramsNoPort(), "no_port");
        into.add(HostMetricName.UDP_DATAGRAMS, four.getDatagramsReceivedErrors() + six.getDatagramsReceivedErrors(),
                "error");
    }
}
