-- How this database partitions: plain, apache or community. Decided here, once, and kept: tables do not change flavour under their data.
CREATE TABLE storage_flavour (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    flavour  text    NOT NULL CHECK (flavour IN ('plain', 'apache', 'community'))
);

DO $decide$
DECLARE
    decided text := 'plain';
BEGIN
    -- CREATE EXTENSION timescaledb ends the connection (FATAL, cannot be caught) on a server that has the files but does not preload the
    -- library. Its loader defines this setting, so the setting tells whether the library is preloaded.
    IF current_setting('timescaledb.disable_load', true) IS NOT NULL
        AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') THEN
        BEGIN
            CREATE EXTENSION IF NOT EXISTS timescaledb;
        EXCEPTION WHEN insufficient_privilege OR feature_not_supported THEN
            RAISE NOTICE 'TimescaleDB is there, but this user may not create it: %', SQLERRM;
        END;
    END IF;
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        decided := CASE current_setting('timescaledb.license', true) WHEN 'timescale' THEN 'community' ELSE 'apache' END;
    END IF;
    INSERT INTO storage_flavour (flavour) VALUES (decided);
END
$decide$;

-- Whatever can be a row or a column of the matrix. Elsewhere a node is its number: 4 bytes instead of 16.
CREATE TABLE node (
    number      int     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          uuid    NOT NULL UNIQUE,
    role        text    NOT NULL CHECK (role IN ('agent', 'endpoint')),
    name        text    NOT NULL,
    site        text    NOT NULL,
    address     text    NOT NULL,
    -- Known only as somebody's source or destination so far; the name is made up from the id.
    placeholder boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX node_agent_name ON node (name) WHERE role = 'agent' AND NOT placeholder;

CREATE TABLE agent (
    node             int         PRIMARY KEY REFERENCES node (number),
    software_version text        NOT NULL,
    rung             text        NOT NULL,
    remedy           text        NOT NULL,
    boot             uuid        NOT NULL,
    started_at       timestamptz NOT NULL,
    last_seen        timestamptz NOT NULL,
    -- It said goodbye.
    has_left         boolean     NOT NULL
);

-- Up to which batch each boot of each agent is stored. Moves in the transaction that stores the batch, so that a batch counts once.
CREATE TABLE ingest_cursor (
    agent      uuid        NOT NULL,
    boot       uuid        NOT NULL,
    sequence   bigint      NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (agent, boot)
);
