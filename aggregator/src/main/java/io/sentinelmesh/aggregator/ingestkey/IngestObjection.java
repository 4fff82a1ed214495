package io.sentinelmesh.aggregator.ingestkey;

import io.sentinelmesh.aggregator.problem.Problem;

/** Why a request of a third party is not served. */
enum IngestObjection {

    HEADERS_MISSING(401, "signature-missing", "Not signed"), CLOCK(401, "timestamp-outside-window",
            "Timestamp outside the window"), SIGNATURE(401, "signature-wrong", "Signature wrong"), KEY_UNKNOWN(401,
                    "key-unknown", "Key unknown"), KEY_EXPIRED(403, "key-expired", "Key expired"), KEY_REVOKED(403,
                            "key-revoked",
                            "Key revoked"), KEY_ROTATED(403, "key-rotated", "Secret replaced"), TOKEN_EXPIRED(403,
                                    "token-expired", "Token expired"), TOKEN_FROM_TOKEN(403, "static-key-needed",
                                            "Static key needed"), AGENT_REVOKED(403, "agent-revoked",
                                                    "Agent revoked"), OTHER_AGENT(403, "other-agent",
                                                            "Another agent's results"), REPLAYED(409, "nonce-repeated",
                                                                    "Repeated request"), OUT_OF_ORDER(409,
                                                                            "out-of-order",
                                                                            "Batch out of order"), TOO_LARGE(413,
                                                                                    "too-large",
                                                                                    "Body too large"), UNAVAILABLE(503,
                                                                                            "unavailable",
                                                                                            "Not available at present"), NOT_A_BATCH(
                                                                                                    422,
                                                                                                    "not-a-batch",
                                                                                                    "No batch"), TOO_MANY(
                                                                                                            429,
                                                                                                            "too-many-requests",
                                                                                                            "Too many requests"), OVERLOADED(
                                                                                                                    503,
                                                                                                                    "overloaded",
                                                                                                                    "No room at present"), NOT_YET_STORED(
                                                                                                                            503,
                                                                                                                            "not-yet-stored",
                                                                                                                            "Not stored yet");

    private final int status;
    private final String word;
    private final String title;

    IngestObjection(int status, String word, String title) {
        this.status = status;
        this.word = word;
        this.title = title;
    }

    String word() {
        return word;
    }

    int status() {
        return status;
    }

    Problem problem(String detail) {
        return new Problem(status, word, title, detail);
    }
}
