package io.sentinelmesh.aggregator.identity;

/** Why an agent gets no certificate. The word is stable: programs compare it. */
public enum Objection {

    TOKEN_UNKNOWN("token-unknown", "There is no such join token"),
    //
    TOKEN_EXPIRED("token-expired", "The join token has expired"),
    //
    TOKEN_USED_UP("token-used-up", "The join token is used up"),
    //
    TOKEN_REVOKED("token-revoked", "The join token was revoked"),
    //
    TOKEN_FOR_ANOTHER("token-for-another", "The join token is another agent's"),
    //
    SITE_MISMATCH("site-mismatch", "The join token is for another site"),
    //
    IDENTITY_TAKEN("identity-taken", "The identity has another key"),
    //
    NAME_TAKEN("name-taken", "The name is taken"),
    //
    AGENT_REVOKED("agent-revoked", "The agent is revoked"),
    //
    AGENT_UNKNOWN("agent-unknown", "The agent is not known here"),
    //
    BAD_REQUEST("bad-request-certificate", "The certificate request is no good"),
    //
    PROOF_WRONG("proof-wrong", "The proof is wrong"),
    //
    CHALLENGE_EXPIRED("challenge-expired", "The challenge has expired"),
    //
    ABSENT_TOO_LONG("absent-too-long", "Away for too long");

    private final String word;
    private final String title;

    Objection(String word, String title) {
        this.word = word;
        this.title = title;
    }

    public String word() {
        return word;
    }

    public String title() {
        return title;
    }
}
