package io.sentinelmesh.probe.exchange;

import java.net.InetSocketAddress;

import io.sentinelmesh.probe.certificate.ChainVerdict;

/** Why there was no exchange. */
public sealed interface ConnectionFailure {

    /** For scripts. */
    String word();

    /** For people. */
    String text();

    record Unresolvable(String host, String why) implements ConnectionFailure {
        @Override
        public String word() {
            return "unresolvable";
        }

        @Override
        public String text() {
            return "'" + host + "' has no address: " + why;
        }
    }

    /** A TCP reset, or an ICMP port unreachable: the host is there and does not serve this port. */
    record Refused(InetSocketAddress peer) implements ConnectionFailure {
        @Override
        public String word() {
            return "connect-refused";
        }

        @Override
        public String text() {
            return Addresses.text(peer) + " refused the connection";
        }
    }

    /** An ICMP error or this host's own routing table. */
    record Unreachable(InetSocketAddress peer, String why) implements ConnectionFailure {
        @Override
        public String word() {
            return "unreachable";
        }

        @Override
        public String text() {
            return Addresses.text(peer) + " can't be reached: " + why;
        }
    }

    /** @param phase that did not end in time */
    record TimedOut(Phase phase) implements ConnectionFailure {
        @Override
        public String word() {
            return phase == Phase.CONNECT ? "connect-timeout" : "timeout";
        }

        @Override
        public String text() {
            return "no answer in time: still waiting for " + phase.text();
        }
    }

    /** The peer does not speak TLS, or none that both sides do. */
    record TlsFailed(String why) implements ConnectionFailure {
        @Override
        public String word() {
            return "tls-failed";
        }

        @Override
        public String text() {
            return "no TLS connection: " + why;
        }
    }

    /** @param verdict with at least one problem */
    record BadCertificate(ChainVerdict verdict) implements ConnectionFailure {

        public BadCertificate {
            if (verdict.problems().isEmpty()) {
                throw new IllegalArgumentException("the certificate is good");
            }
        }

        @Override
        public String word() {
            return verdict.problems().getFirst().word();
        }

        @Override
        public String text() {
            return verdict.problems().getFirst().text();
        }
    }

    /** The peer ended the connection before it had answered. */
    record Disconnected(Phase phase) implements ConnectionFailure {
        @Override
        public String word() {
            return "disconnected";
        }

        @Override
        public String text() {
            return "the peer closed the connection while we waited for " + phase.text();
        }
    }

    /** This host's own trouble: too many open files, no such source address. */
    record NotSent(String why) implements ConnectionFailure {
        @Override
        public String word() {
            return "not-sent";
        }

        @Override
        public String text() {
            return "this host could not send: " + why;
        }
    }
}
