-- Figures of hosts: what a series is called stands here once, and samples name it by its number (docs/adr/0015-figures-of-hosts.md).
CREATE TABLE metric_series (
    number    int                GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agent     int                NOT NULL REFERENCES node (number),
    -- The first 16 bytes of the SHA-256 of name, unit, type, labels and bounds: labels may be longer than an index entry.
    identity  uuid               NOT NULL,
    name      text               NOT NULL,
    unit      text               NOT NULL,
    type      smallint           NOT NULL CHECK (type BETWEEN 1 AND 3), -- 1 gauge, 2 counter, 3 histogram
    labels    jsonb              NOT NULL,
    bounds    double precision[],                                       -- of a histogram
    -- About something that is soon gone, such as a process: kept as raw samples only.
    transient boolean            NOT NULL,
    seen_on   date               NOT NULL,
    UNIQUE (agent, identity)
);
CREATE INDEX metric_series_name ON metric_series (name);

-- Which minutes (60) and hours (3600) of which agent are to be made, or made again because something came late. Only ever inserted and
-- deleted: whoever stores samples waits for nobody.
CREATE TABLE metric_due (
    seconds smallint    NOT NULL CHECK (seconds IN (60, 3600)),
    agent   int         NOT NULL,
    time    timestamptz NOT NULL,
    held_until timestamptz -- it cannot be made and is not tried again before
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
-- For who rolls up, oldest first, and for who reads one agent's.
CREATE INDEX metric_due_time ON metric_due (seconds, time, agent);
CREATE INDEX metric_due_agent ON metric_due (agent, seconds, time);

DO $metrics$
DECLARE
    flavour  text := (SELECT s.flavour FROM storage_flavour s);
    by_range text := CASE flavour WHEN 'plain' THEN ' PARTITION BY RANGE (time)' ELSE '' END;
    tier     text;
BEGIN
    EXECUTE $create$
        CREATE TABLE metric_sample (
            time   timestamptz      NOT NULL, -- when it was read
            value  double precision NOT NULL, -- of a histogram: the sum
            series int              NOT NULL,
            counts bigint[]                   -- of a histogram: one for each bound, one above
        )$create$ || by_range;
    IF flavour <> 'plain' THEN
        PERFORM create_hypertable('metric_sample', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
    END IF;
    CREATE INDEX metric_sample_series ON metric_sample (series, time);

    FOREACH tier IN ARRAY ARRAY['metric_minute', 'metric_hour'] LOOP
        EXECUTE 'CREATE TABLE ' || tier || $create$ (
            time    timestamptz      NOT NULL, -- its start
            sum     double precision NOT NULL,
            min     double precision NOT NULL,
            max     double precision NOT NULL,
            last    double precision NOT NULL,
            last_at timestamptz      NOT NULL,
            series  int              NOT NULL,
            count   int              NOT NULL,
            counts  bigint[],                  -- of a histogram: the last ones
            PRIMARY KEY (series, time)
        )$create$ || by_range;
        IF flavour <> 'plain' THEN
            PERFORM create_hypertable(tier::regclass,
                by_range('time', CASE tier WHEN 'metric_minute' THEN INTERVAL '7 days' ELSE INTERVAL '28 days' END),
                create_default_indexes => false);
        END IF;
        EXECUTE format('CREATE INDEX %1$I ON %2$I (time)', tier || '_time', tier);
    END LOOP;

    IF flavour = 'community' THEN
        ALTER TABLE metric_sample SET (timescaledb.compress, timescaledb.compress_segmentby = 'series', timescaledb.compress_orderby = 'time');
        PERFORM add_compression_policy('metric_sample', INTERVAL '2 days');
    END IF;
END
$metrics$;

CREATE FUNCTION metric_type_label(type smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE type WHEN 1 THEN 'gauge' WHEN 2 THEN 'counter' WHEN 3 THEN 'histogram' ELSE 'type ' || type END;

-- The newest value of each series that was read within the last 15 minutes.
CREATE VIEW v_recent_values AS
SELECT n.name AS agent,
       n.site,
       s.name,
       s.labels,
       s.unit,
       metric_type_label(s.type) AS type,
       r.time,
       r.value
FROM metric_series s
JOIN node n ON n.number = s.agent
CROSS JOIN LATERAL (
    SELECT m.time, m.value FROM metric_sample m
    WHERE m.series = s.number AND m.time > now() - INTERVAL '15 minutes'
    ORDER BY m.time DESC LIMIT 1) r
WHERE s.seen_on >= (now() AT TIME ZONE 'UTC')::date - 1;

-- Each gauge and counter over the last 24 whole hours, ranked within its name: a gauge by its mean, a counter by its growth a second.
CREATE VIEW v_top_metrics AS
SELECT rank() OVER (PARTITION BY s.name ORDER BY
           CASE s.type WHEN 1 THEN d.mean ELSE d.growth / nullif(d.seconds, 0) END DESC NULLS LAST) AS rank,
       s.name,
       n.name AS agent,
       n.site,
       s.labels,
       s.unit,
       metric_type_label(s.type) AS type,
       CASE s.type WHEN 1 THEN d.mean END AS mean,
       CASE s.type WHEN 1 THEN d.min END AS min,
       CASE s.type WHEN 1 THEN d.max END AS max,
       CASE s.type WHEN 2 THEN d.growth / nullif(d.seconds, 0) END AS per_second,
       d.samples
FROM (
    SELECT h.series,
           sum(h.sum) / sum(h.count) AS mean,
           min(h.min) AS min,
           max(h.max) AS max,
           sum(h.count) AS samples,
           -- A counter that became less began anew.
           sum(CASE WHEN h.last >= h.before THEN h.last - h.before ELSE CASE WHEN h.before IS NULL THEN 0 ELSE h.last END END) AS growth,
           extract(epoch FROM max(h.last_at) - min(h.last_at)) AS seconds
    FROM (SELECT m.*, lag(m.last) OVER (PARTITION BY m.series ORDER BY m.time) AS before
          FROM metric_hour m WHERE m.time >= now() - INTERVAL '25 hours') h
    GROUP BY h.series) d
JOIN metric_series s ON s.number = d.series
JOIN node n ON n.number = s.agent
WHERE s.type IN (1, 2);
