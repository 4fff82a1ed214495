package io.sentinelmesh.membership;

import java.time.Duration;

/** Asks somebody else, an aggregator, to connect to this agent's member port: only from outside can be seen whether others will reach it. */
public interface DialBack {

    /** The whole conversation. */
    Duration LIMIT = Duration.ofSeconds(10);

    /**
     * @param nonce what the port answers at once to whoever connects, as ASCII; another word means that something else stands there. Empty: it
     * says nothing, for it is held open by the cluster
     */
    record Question(String address, int port, String nonce) {
    }

    /** What came of it. */
    sealed interface Answer {

        /** Others reach the port. */
        record Reached() implements Answer {
        }

        /** @param why for people */
        record NotReached(String why) implements Answer {
        }

        /** There is no aggregator to ask at present. */
        record NobodyToAsk() implements Answer {
        }
    }

    /** Blocks for no longer than {@link #LIMIT}. */
    Answer ask(Question question);

    /** For as long as nobody can be asked: a loopback address is reached by everybody who is meant to reach it. */
    static DialBack ofOneHost() {
        return question -> MemberPort.isLoopback(question.address())
                ? new Answer.Reached()
                : new Answer.NobodyToAsk();
    }
}
