package io.sentinelmesh.probe.dns;

import io.sentinelmesh.probe.exchange.ConnectionFailure;

/** What came of a question. */
sealed interface DnsOutcome {

    /** For scripts. */
    String word();

    /** For people. */
    String text();

    record Ok() implements DnsOutcome {
        @Override
        public String word() {
            return "ok";
        }

        @Override
        public String text() {
            return "the answer is as it should be";
        }
    }

    record RcodeUnexpected(String rcode, String expected) implements DnsOutcome {
        @Override
        public String word() {
            return "rcode-unexpected";
        }

        @Override
        public String text() {
            return "the server answers " + rcode + ", expected is " + expected;
        }
    }

    record AnswerMismatch(String why) implements DnsOutcome {
        @Override
        public String word() {
            return "answer-mismatch";
        }

        @Override
        public String text() {
            return why;
        }
    }

    /** The answer does not fit into one datagram: the rest is to be had by TCP. */
    record Truncated() implements DnsOutcome {
        @Override
        public String word() {
            return "truncated";
        }

        @Override
        public String text() {
            return "the answer is too large for UDP: ask with --transport tcp, or allow more with --edns-size";
        }
    }

    /** Nothing but what can't be read came in time. */
    record Malformed(String why) implements DnsOutcome {
        @Override
        public String word() {
            return "malformed";
        }

        @Override
        public String text() {
            return "what came is not DNS: " + why;
        }
    }

    record Failed(ConnectionFailure failure) implements DnsOutcome {
        @Override
        public String word() {
            return failure instanceof ConnectionFailure.Refused ? "refused" : failure.word();
        }

        @Override
        public String text() {
            return failure instanceof ConnectionFailure.Refused
                    ? "nothing serves DNS there: " + failure.text()
                    : failure.text();
        }
    }
}
