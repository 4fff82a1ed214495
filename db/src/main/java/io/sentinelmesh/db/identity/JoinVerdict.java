package io.sentinelmesh.db.identity;

import io.sentinelmesh.measurement.NodeId;

/** What comes of a {@link JoinClaim}. */
public sealed interface JoinVerdict {

    /**
     * @param known it had joined before
     */
    record Admitted(NodeId agent, String site, boolean known) implements JoinVerdict {
    }

    /** Nothing was changed, and no use taken. */
    record Refused(Reason reason) implements JoinVerdict {
    }

    enum Reason {
        /** No such token, or another secret. */
        TOKEN_UNKNOWN, TOKEN_EXPIRED, TOKEN_USED_UP, TOKEN_REVOKED,
        /** It was made for one agent, and this is not it. */
        TOKEN_FOR_ANOTHER,
        /** The site is not the token's. */
        SITE_MISMATCH,
        /** The id belongs to another key, or the key to another id. */
        IDENTITY_TAKEN,
        /** Another agent has the name. */
        NAME_TAKEN,
        /** The identity is shut out. */
        AGENT_REVOKED
    }
}
