package io.sentinelmesh.probe.tls;

import io.sentinelmesh.probe.exchange.ConnectionFailure;

/** What came of a handshake. */
sealed interface TlsOutcome {

    /** For scripts. */
    String word();

    /** For people. */
    String text();

    record Ok() implements TlsOutcome {
        @Override
        public String word() {
            return "ok";
        }

        @Override
        public String text() {
            return "the handshake is as it should be";
        }
    }

    /** @param protocol that both sides agreed upon */
    record ProtocolTooOld(String protocol, String least) implements TlsOutcome {
        @Override
        public String word() {
            return "protocol-too-old";
        }

        @Override
        public String text() {
            return "the server speaks " + protocol + " at best, wanted is TLSv" + least;
        }
    }

    record Failed(ConnectionFailure failure) implements TlsOutcome {
        @Override
        public String word() {
            return failure.word();
        }

        @Override
        public String text() {
            return failure.text();
        }
    }
}
