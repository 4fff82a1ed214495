-- The names of the ways to measure, in one place; the numbers are those of the wire format. A new kind replaces this function.
CREATE FUNCTION probe_kind_label(kind smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE kind
        WHEN 1 THEN 'icmp-echo'
        WHEN 2 THEN 'tcp-connect'
        WHEN 3 THEN 'udp-closed-port'
        WHEN 4 THEN 'stamp'
        ELSE 'kind ' || kind
    END;

-- One line for each result, for people and Grafana. Always filter by time.
CREATE OR REPLACE VIEW v_results AS
SELECT t.time,
       s.name AS source,
       s.site AS source_site,
       d.name AS destination,
       d.site AS destination_site,
       probe_kind_label(t.kind) AS kind,
       c.sent,
       c.received,
       CASE WHEN c.sent > 0 THEN (c.sent - c.received)::double precision / c.sent END AS loss_ratio,
       c.min_us,
       c.lower_quartile_us,
       c.median_us,
       c.upper_quartile_us,
       c.max_us,
       coalesce((t.problems -> c.cell::text ->> 'notSent')::int, 0) AS not_sent,
       coalesce((t.problems -> c.cell::text ->> 'duplicates')::int, 0) AS duplicates
FROM tile t
JOIN tile_layout l ON l.source = t.source AND l.tile = t.tile
JOIN node s ON s.number = t.source
CROSS JOIN LATERAL unnest(l.destination, t.sent, t.received, t.min_us, t.lower_quartile_us, t.median_us, t.upper_quartile_us, t.max_us)
    WITH ORDINALITY AS c (destination, sent, received, min_us, lower_quartile_us, median_us, upper_quartile_us, max_us, cell)
JOIN node d ON d.number = c.destination
WHERE c.sent IS NOT NULL;

-- Who turned test packets away, and why. The numbers are those of the wire format.
CREATE OR REPLACE VIEW v_refusals AS
SELECT t.time,
       s.name AS source,
       d.name AS destination,
       probe_kind_label(t.kind) AS kind,
       CASE (r.refusal ->> 'reason')::int
           WHEN 1 THEN 'network-unreachable'
           WHEN 2 THEN 'host-unreachable'
           WHEN 3 THEN 'port-unreachable'
           WHEN 4 THEN 'administratively-prohibited'
           WHEN 5 THEN 'packet-too-big'
           WHEN 6 THEN 'hop-limit-exceeded'
           WHEN 7 THEN 'connection-refused'
           ELSE 'other'
       END AS reason,
       r.refusal ->> 'from' AS offender,
       (r.refusal ->> 'count')::int AS packets
FROM tile t
JOIN tile_layout l ON l.source = t.source AND l.tile = t.tile
JOIN node s ON s.number = t.source
CROSS JOIN LATERAL jsonb_each(t.problems) AS p (cell, problem)
CROSS JOIN LATERAL jsonb_array_elements(p.problem -> 'refused') AS r (refusal)
JOIN node d ON d.number = l.destination[p.cell::int]
WHERE t.problems IS NOT NULL;

-- Where an agent's STAMP reflector answers (UDP); 0: it has none, or said nothing of it.
ALTER TABLE agent ADD COLUMN reflector_port int NOT NULL DEFAULT 0 CHECK (reflector_port BETWEEN 0 AND 65535);
