package io.sentinelmesh.probe.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

import io.netty.handler.codec.dns.DnsRecordType;
import io.sentinelmesh.probe.kind.PatternRule;

/**
 * What to ask of which server, and what to expect. Immutable.
 *
 * @param rcode expected, as in "NOERROR"
 * @param answer that one record's data must match at least
 */
record DnsCheck(InetSocketAddress server, Optional<InetAddress> source, Transport transport, Ask ask, String rcode,
        Optional<PatternRule> answer, Duration timeout) {

    enum Transport {
        UDP, TCP
    }

    /**
     * @param name absolute, ends with a dot
     * @param ednsBytes told as the largest datagram to send back (RFC 6891); 0 for plain DNS, which allows 512
     */
    record Ask(String name, DnsRecordType type, boolean recursion, int ednsBytes) {
    }
}
