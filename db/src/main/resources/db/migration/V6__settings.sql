-- Settings documents that were put in force, as people wrote them. The highest version is the one in force; a row never changes.
CREATE TABLE settings_version (
    version   bigint      PRIMARY KEY CHECK (version > 0),
    document  text        NOT NULL,
    -- Of the document in UTF-8.
    sha256    bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    stored_at timestamptz NOT NULL,
    -- Who it was, by their own word.
    author    text        NOT NULL
);
