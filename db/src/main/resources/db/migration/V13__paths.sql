-- Which ways packets take. Each path once, whoever takes it, named by what it is made of.
CREATE TABLE path (
    -- The first 8 bytes of SHA-256 over its hops, big-endian (Path.hash in the code).
    hash    bigint  PRIMARY KEY,
    -- Who answered at each hop limit from 1 on; NULL: nobody, or not always the same.
    hops    inet[]  NOT NULL,
    -- The last hop is the destination.
    reached boolean NOT NULL,
    -- When it was last entered: what is used by nobody goes two days after that.
    used_on date    NOT NULL
);

-- A pair took a path from one moment on, until its next line begins. An unchanged path costs one update an hour.
CREATE TABLE pair_path (
    source      int         NOT NULL,
    destination int         NOT NULL,
    since       timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    path        bigint      NOT NULL,
    target      inet        NOT NULL, -- the destination's address that was traced
    flow        int         NOT NULL, -- by which source port
    outcome     smallint    NOT NULL, -- of the newest trace: TraceOutcome in the code
    restless    int         NOT NULL DEFAULT 0, -- how often another path took this one's place because changes were too many
    labels      jsonb, -- MPLS label stacks by hop limit; NULL: none were told
    PRIMARY KEY (source, destination, since)
) WITH (fillfactor = 85);
CREATE INDEX pair_path_since ON pair_path (since);

-- For people and Grafana.
CREATE VIEW v_paths AS
SELECT s.name AS source,
       s.site AS source_site,
       d.name AS destination,
       d.site AS destination_site,
       p.since,
       p.last_seen,
       n.since AS until,
       n.since IS NULL AS current,
       CASE p.outcome WHEN 1 THEN 'reached' WHEN 2 THEN 'unreached' WHEN 3 THEN 'loop' WHEN 4 THEN 'network-unreachable'
           WHEN 5 THEN 'host-unreachable' WHEN 6 THEN 'administratively-prohibited' WHEN 7 THEN 'packet-too-big' ELSE 'other' END AS outcome,
       cardinality(w.hops) AS hop_count,
       (SELECT string_agg(coalesce(host(u.hop), '*'), ' ' ORDER BY u.n) FROM unnest(w.hops) WITH ORDINALITY AS u (hop, n)) AS hops,
       lpad(to_hex(p.path), 16, '0') AS path_hash,
       host(p.target) AS target,
       p.flow,
       p.restless,
       p.labels
FROM pair_path p
JOIN path w ON w.hash = p.path
JOIN node s ON s.number = p.source
JOIN node d ON d.number = p.destination
LEFT JOIN LATERAL (
    SELECT l.since FROM pair_path l WHERE l.source = p.source AND l.destination = p.destination AND l.since > p.since
    ORDER BY l.since LIMIT 1) AS n ON true;
