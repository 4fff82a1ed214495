-- What happened, in one timeline.
CREATE TABLE event (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time     timestamptz NOT NULL,
    type     text        NOT NULL,
    severity text        NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    -- Whom it is about: an agent, an agent and another node (a pair), or a site. Ids, for a node may be gone one day.
    agent    uuid,
    peer     uuid,
    site     text,
    details  jsonb       NOT NULL
);
CREATE INDEX event_time ON event (time DESC, id DESC);
CREATE INDEX event_agent ON event (agent, time DESC, id DESC);
CREATE INDEX event_peer ON event (peer, time DESC, id DESC) WHERE peer IS NOT NULL;
CREATE INDEX event_type ON event (type, time DESC, id DESC);

-- Batches that the database refused for their content: acknowledged, so that they hold nobody up, and kept to be looked at and sent again.
CREATE TABLE dead_letter (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agent    uuid        NOT NULL,
    boot     uuid        NOT NULL,
    sequence bigint      NOT NULL,
    time     timestamptz NOT NULL, -- when it was given up
    reason   text        NOT NULL,
    results  int         NOT NULL,
    content  bytea       NOT NULL, -- a BATCH frame of FORMAT.md, its times by the aggregator's clock
    offset_us bigint    NOT NULL, -- how far the agent's clock was ahead: it is taken out of the content
    vain     int         NOT NULL DEFAULT 0, -- how often it was sent again when its rounds were too old to be stored
    UNIQUE (agent, boot, sequence)
);
ALTER TABLE dead_letter ALTER COLUMN content SET STORAGE EXTERNAL; -- it is compressed already

-- Whose times were corrected, and by how much: the agent's clock was so far ahead of the aggregator's, and that was taken out before storing.
CREATE TABLE clock_correction (
    agent         uuid   NOT NULL,
    boot          uuid   NOT NULL,
    from_sequence bigint NOT NULL,
    to_sequence   bigint NOT NULL,
    offset_us     bigint NOT NULL,
    PRIMARY KEY (agent, boot, from_sequence)
);
