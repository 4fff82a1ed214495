-- Who may join, who has joined, and by which certificates. Nothing here is secret: tokens are kept as hashes, keys are public ones.

-- What an agent shows to join. A use is taken by one UPDATE, so that two agents can't both take the last one.
CREATE TABLE join_token (
    id           text        PRIMARY KEY,
    -- Lower-case hex of the SHA-256 of the secret part: 128 random bits, so no slow hash is needed.
    secret_hash  text        NOT NULL,
    site         text        NOT NULL,
    -- Made for this agent alone, which may come back with it under another key, even if it was revoked. NULL: for any new agent.
    agent        uuid,
    uses_allowed int         NOT NULL CHECK (uses_allowed > 0),
    uses         int         NOT NULL DEFAULT 0 CHECK (uses BETWEEN 0 AND uses_allowed),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);

-- An agent that joined. Its results are under the same id in table node.
CREATE TABLE identity (
    agent     uuid        PRIMARY KEY,
    name      text        NOT NULL UNIQUE,
    site      text        NOT NULL,
    -- Lower-case hex of the SHA-256 of its newest public key (SubjectPublicKeyInfo): one key, one agent.
    key_hash  text        NOT NULL UNIQUE,
    -- By which token it joined last, so that a join whose answer got lost can be repeated without another use.
    token     text        NOT NULL,
    joined_at timestamptz NOT NULL
);

CREATE TABLE certificate (
    -- Lower-case hex.
    serial     text        PRIMARY KEY,
    agent      uuid        NOT NULL REFERENCES identity (agent),
    public_key bytea       NOT NULL,
    not_before timestamptz NOT NULL,
    not_after  timestamptz NOT NULL,
    issued_at  timestamptz NOT NULL,
    -- The agent was revoked and let in again under another key: what it had before stays refused.
    withdrawn  boolean     NOT NULL DEFAULT false
);
CREATE INDEX certificate_agent ON certificate (agent, not_after);

-- No reference to identity: an agent may be shut out that never joined.
CREATE TABLE revoked_agent (
    agent      uuid        PRIMARY KEY,
    revoked_at timestamptz NOT NULL
);
