package io.sentinelmesh.agent.enrolment;

import java.util.Optional;

/** What a person can do about each refusal of the aggregator. */
final class Remedies {

    private static final String ANOTHER_TOKEN = "ask for another token (on the aggregator: `sentinel token create --site SITE`)";

    private Remedies() {
    }

    static Optional<String> of(String code) {
        return Optional.ofNullable(switch (code) {
            case "token-unknown" -> "was it copied whole? Otherwise " + ANOTHER_TOKEN;
            case "token-expired", "token-used-up", "token-revoked" -> ANOTHER_TOKEN;
            case "token-for-another" -> "this agent needs a token of its own: " + ANOTHER_TOKEN;
            case "site-mismatch" -> "leave --site out, or " + ANOTHER_TOKEN + " for this site";
            case "identity-taken" -> "was this data folder copied from another host? Remove agent-id from the copy. If the"
                    + " key was lost: `sentinel token create --agent ID`";
            case "name-taken" -> "choose another with --name; if this agent replaces the other one, bring that one's data"
                    + " folder, or revoke it first";
            case "agent-revoked" -> "to let it back in: `sentinel token create --agent ID`, then join again";
            case "proof-wrong", "absent-too-long", "certificate-needed" -> "join again: `sentinel agent join URL"
                    + " --token-file FILE` keeps the identity";
            case "bad-body", "bad-request-certificate", "too-large" -> "agent and aggregator may be of versions too far"
                    + " apart";
            default -> null;
        });
    }
}
