-- Keys by which a third party sends batches without an agent's certificate. No secret is here: each is derived from a key in the aggregator's
-- data folder, this id and the generation, so a copy of this table signs nothing.
CREATE TABLE ingest_key (
    id             text        PRIMARY KEY,
    -- Whose results it may send, and nobody else's.
    agent          uuid        NOT NULL,
    name           text        NOT NULL,
    site           text        NOT NULL,
    -- Of the newest secret. The one before is good until previous_until; older ones are not.
    generation     int         NOT NULL CHECK (generation > 0),
    previous_until timestamptz,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    revoked_at     timestamptz
);
