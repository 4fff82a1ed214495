-- Tiles become one column of bytes with every delay of the round (docs/adr/0013-compact-tiles.md), and get tiers above them, a minute and an
-- hour a row (docs/adr/0014-tiers.md). What is stored so far moves aside here; migration 10 takes it over.
DO $aside$
DECLARE
    day text;
BEGIN
    ALTER INDEX tile_pair RENAME TO tile_before_9_pair;
    ALTER INDEX tile_time RENAME TO tile_before_9_time;
    ALTER TABLE tile RENAME TO tile_before_9;
    IF (SELECT flavour = 'plain' FROM storage_flavour) THEN
        FOR day IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'tile_before_9'::regclass
        LOOP
            EXECUTE format('ALTER TABLE %I RENAME TO %I', day, 'before_9_' || day);
        END LOOP;
    END IF;
END
$aside$;

DO $tiles$
DECLARE
    flavour text := (SELECT s.flavour FROM storage_flavour s);
    cut     text := CASE flavour WHEN 'plain' THEN ' PARTITION BY RANGE (time)' ELSE '' END;
    -- As many bytes as fit a page stay in the row: one read instead of three.
    inlined text := CASE flavour WHEN 'plain' THEN '' ELSE ' WITH (toast_tuple_target = 8160)' END;
    tier    text;
BEGIN
    -- One source x up to 64 destinations x one round x one kind.
    EXECUTE $create$
        CREATE TABLE tile (
            time     timestamptz NOT NULL, -- start of the round, by the source's clock
            source   int         NOT NULL,
            round_ms int         NOT NULL,
            tile     smallint    NOT NULL,
            kind     smallint    NOT NULL,
            cells    bytea       NOT NULL, -- read it by tile_sent, tile_received, tile_delay_us
            -- By cell number (from 1) what went wrong; NULL if nothing did.
            problems jsonb
        )$create$ || cut;
    FOREACH tier IN ARRAY ARRAY['tile_minute', 'tile_hour'] LOOP
        EXECUTE format($create$
            CREATE TABLE %I (
                time   timestamptz NOT NULL, -- start of the minute or hour
                source int         NOT NULL,
                tile   smallint    NOT NULL,
                kind   smallint    NOT NULL,
                cells  bytea       NOT NULL  -- read it by period_figures
            )%s%s$create$, tier, inlined, cut);
    END LOOP;

    IF flavour <> 'plain' THEN
        PERFORM create_hypertable('tile', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
        PERFORM create_hypertable('tile_minute', by_range('time', INTERVAL '7 days'), create_default_indexes => false);
        PERFORM create_hypertable('tile_hour', by_range('time', INTERVAL '28 days'), create_default_indexes => false);
    END IF;

    CREATE INDEX tile_pair ON tile (source, tile, kind, time);
    CREATE INDEX tile_time ON tile (time);
    CREATE INDEX tile_minute_pair ON tile_minute (source, tile, kind, time);
    CREATE INDEX tile_minute_time ON tile_minute (time);
    CREATE INDEX tile_hour_pair ON tile_hour (source, tile, kind, time);
    CREATE INDEX tile_hour_time ON tile_hour (time);

    IF flavour = 'community' THEN
        -- Two days: what agents spooled during an outage of a night and a day still lands in row form.
        ALTER TABLE tile SET (timescaledb.compress, timescaledb.compress_segmentby = 'source, tile, kind', timescaledb.compress_orderby = 'time');
        PERFORM add_compression_policy('tile', INTERVAL '2 days');
    END IF;
END
$tiles$;

-- Which periods got something since they were summed up: a row comes in the transaction that stores rounds and goes in the one that sums up.
CREATE TABLE rollup_dirty (
    tier   smallint    NOT NULL, -- 1: the minute is to be made from rounds; 2: the hour from minutes
    period timestamptz NOT NULL, -- its start
    source int         NOT NULL,
    kind   smallint    NOT NULL,
    held_until timestamptz, -- it cannot be summed up and is not tried again before
    PRIMARY KEY (tier, period, source, kind)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX rollup_dirty_source ON rollup_dirty (source, kind, tier, period);

-- The delay that a code of 13 bits stands for (as class DelayCode says).
CREATE FUNCTION delay_code_us(code int) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    CASE WHEN code < 256 THEN code ELSE (256 + code % 256) << (code / 256 - 1) END;

-- A cell's place in the directory of a round's tile; cells count from 1. 57344: no result; more: it stands apart.
CREATE FUNCTION tile_entry(cells bytea, cell int) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    CASE WHEN cell > get_byte(cells, 1) THEN 57344 ELSE get_byte(cells, 2 + 2 * cell) * 256 + get_byte(cells, 3 + 2 * cell) END;

-- Test packets sent in a cell; NULL: no result.
CREATE FUNCTION tile_sent(cells bytea, cell int) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $$
DECLARE
    entry int := tile_entry(cells, cell);
    at    int;
BEGIN
    IF entry < 57344 THEN
        RETURN get_byte(cells, 2) * 256 + get_byte(cells, 3);
    ELSIF entry = 57344 THEN
        RETURN NULL;
    END IF;
    at := length(cells) - (entry - 57344);
    RETURN get_byte(cells, at) * 256 + get_byte(cells, at + 1);
END
$$;

-- Test packets answered; NULL: no result.
CREATE FUNCTION tile_received(cells bytea, cell int) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $$
DECLARE
    entry int := tile_entry(cells, cell);
    at    int;
BEGIN
    IF entry < 57344 THEN
        RETURN get_byte(cells, 2) * 256 + get_byte(cells, 3);
    ELSIF entry = 57344 THEN
        RETURN NULL;
    END IF;
    at := length(cells) - (entry - 57344);
    RETURN get_byte(cells, at + 2) * 256 + get_byte(cells, at + 3);
END
$$;

-- The delay that a share q of the answered packets did not exceed (nearest rank), in microseconds; NULL: nothing was answered.
CREATE FUNCTION tile_delay_us(cells bytea, cell int, q double precision) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
DECLARE
    widths   CONSTANT int[] := ARRAY[3, 4, 5, 6, 7, 8, 13];
    entry    int := tile_entry(cells, cell);
    received int;
    at       int;
    class    int;
    width    int;
    point    int;
BEGIN
    IF entry = 57344 THEN
        RETURN NULL;
    ELSIF entry > 57344 THEN
        at := length(cells) - (entry - 57344);
        received := get_byte(cells, at + 2) * 256 + get_byte(cells, at + 3);
        IF received = 0 THEN
            RETURN NULL;
        END IF;
        entry := get_byte(cells, at + 4) * 256 + get_byte(cells, at + 5);
        at := at + 6;
    ELSE
        received := get_byte(cells, 2) * 256 + get_byte(cells, 3);
        at := 4 + 2 * get_byte(cells, 1);
        FOR before IN 1 .. cell - 1 LOOP
            class := get_byte(cells, 2 + 2 * before) >> 5;
            IF class < 7 THEN
                at := at + ((least(received, 33) - 1) * widths[class + 1] + 7) / 8;
            END IF;
        END LOOP;
    END IF;
    point := greatest(1, ceil(q * received)::int) - 1;
    IF received > 33 AND point > 0 THEN
        point := 32 * point / received + 1;
    END IF;
    IF point = 0 THEN
        RETURN delay_code_us(entry & 8191);
    END IF;
    width := widths[(entry >> 13) + 1];
    point := (point - 1) * width;
    at := at + point / 8;
    RETURN delay_code_us((entry & 8191) + ((((get_byte(cells, at) << 16) | (get_byte(cells, at + 1) << 8) | get_byte(cells, at + 2))
        >> (24 - point % 8 - width)) & ((1 << width) - 1)));
END
$$;

-- What a cell of a minute's or an hour's tile holds; all NULL: no result. Quantiles are off by at most 1.6 %.
CREATE FUNCTION period_figures(cells bytea, cell int, OUT sent bigint, OUT received bigint, OUT mean_us double precision, OUT min_us int,
    OUT lower_quartile_us int, OUT median_us int, OUT upper_quartile_us int, OUT max_us int)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 200 AS $$
DECLARE
    at      int := 2;
    number  bigint;
    numbers bigint[] := '{}';
    shift   int;
    next    int;
    size    int;
    turn    int := 0;
    low     int;
    bucket  int;
    middle  int;
    reached bigint := 0;
    ranks   bigint[];
    found   int[] := '{}';
BEGIN
    IF cell > get_byte(cells, 1) THEN
        RETURN;
    END IF;
    LOOP
        size := 0;
        shift := 0;
        LOOP
            next := get_byte(cells, at);
            at := at + 1;
            size := size | ((next & 127) << shift);
            shift := shift + 7;
            EXIT WHEN next < 128;
        END LOOP;
        turn := turn + 1;
        EXIT WHEN turn = cell;
        at := at + size;
    END LOOP;
    IF size = 0 THEN
        RETURN;
    END IF;
    size := at + size;
    WHILE at < size LOOP
        number := 0;
        shift := 0;
        LOOP
            next := get_byte(cells, at);
            at := at + 1;
            number := number | ((next & 127)::bigint << shift);
            shift := shift + 7;
            EXIT WHEN next < 128;
        END LOOP;
        numbers := numbers || number;
    END LOOP;
    sent := numbers[1];
    received := sent - numbers[2];
    IF received = 0 THEN
        RETURN;
    END IF;
    min_us := delay_code_us(numbers[3]::int);
    max_us := delay_code_us((numbers[3] + numbers[4])::int);
    mean_us := numbers[5]::double precision / received;
    ranks := ARRAY[greatest(1, ceil(received * 0.25)), greatest(1, ceil(received * 0.5)), greatest(1, ceil(received * 0.75))];
    low := min_us;
    shift := greatest(0, floor(log(2, greatest(low, 1)::numeric))::int - 5);
    bucket := CASE WHEN low < 64 THEN low ELSE shift * 32 + (low >> shift) END;
    turn := 6;
    WHILE cardinality(found) < 3 LOOP
        reached := reached + (numbers[turn] >> 2) + 1;
        shift := bucket / 32 - 1;
        middle := CASE WHEN bucket < 64 THEN bucket ELSE (32 + bucket % 32 << shift) + ((1 << shift) - 1 >> 1) END;
        WHILE cardinality(found) < 3 AND reached >= ranks[cardinality(found) + 1] LOOP
            found := found || least(greatest(middle, min_us), max_us);
        END LOOP;
        next := (numbers[turn] & 3)::int + 1;
        turn := turn + 1;
        IF next > 3 THEN
            next := next + numbers[turn]::int;
            turn := turn + 1;
        END IF;
        bucket := bucket + next;
    END LOOP;
    lower_quartile_us := found[1];
    median_us := found[2];
    upper_quartile_us := found[3];
END
$$;

-- One line for each result, for people and Grafana. Always filter by time. Replaced, not made anew: rights that were granted, and views that others
-- built upon it, stay. For that every column keeps its type.
CREATE OR REPLACE VIEW v_results AS
SELECT t.time,
       s.name AS source,
       s.site AS source_site,
       d.name AS destination,
       d.site AS destination_site,
       probe_kind_label(t.kind) AS kind,
       tile_sent(t.cells, c.cell::int)::smallint AS sent,
       tile_received(t.cells, c.cell::int)::smallint AS received,
       (tile_sent(t.cells, c.cell::int) - tile_received(t.cells, c.cell::int))::double precision / nullif(tile_sent(t.cells, c.cell::int), 0)
           AS loss_ratio,
       tile_delay_us(t.cells, c.cell::int, 0) AS min_us,
       tile_delay_us(t.cells, c.cell::int, 0.25) AS lower_quartile_us,
       tile_delay_us(t.cells, c.cell::int, 0.5) AS median_us,
       tile_delay_us(t.cells, c.cell::int, 0.75) AS upper_quartile_us,
       tile_delay_us(t.cells, c.cell::int, 1) AS max_us,
       coalesce((t.problems -> c.cell::text ->> 'notSent')::int, 0) AS not_sent,
       coalesce((t.problems -> c.cell::text ->> 'duplicates')::int, 0) AS duplicates
FROM tile t
JOIN tile_layout l ON l.source = t.source AND l.tile = t.tile
JOIN node s ON s.number = t.source
CROSS JOIN LATERAL unnest(l.destination) WITH ORDINALITY AS c (destination, cell)
JOIN node d ON d.number = c.destination
WHERE tile_entry(t.cells, c.cell::int) <> 57344;

-- The same by the minute and by the hour.
CREATE VIEW v_results_minute AS
SELECT t.time, s.name AS source, s.site AS source_site, d.name AS destination, d.site AS destination_site,
       probe_kind_label(t.kind) AS kind, f.sent, f.received,
       (f.sent - f.received)::double precision / nullif(f.sent, 0) AS loss_ratio,
       f.mean_us, f.min_us, f.lower_quartile_us, f.median_us, f.upper_quartile_us, f.max_us
FROM tile_minute t
JOIN tile_layout l ON l.source = t.source AND l.tile = t.tile
JOIN node s ON s.number = t.source
CROSS JOIN LATERAL unnest(l.destination) WITH ORDINALITY AS c (destination, cell)
JOIN node d ON d.number = c.destination
CROSS JOIN LATERAL period_figures(t.cells, c.cell::int) AS f
WHERE f.sent IS NOT NULL;

CREATE VIEW v_results_hour AS
SELECT t.time, s.name AS source, s.site AS source_site, d.name AS destination, d.site AS destination_site,
       probe_kind_label(t.kind) AS kind, f.sent, f.received,
       (f.sent - f.received)::double precision / nullif(f.sent, 0) AS loss_ratio,
       f.mean_us, f.min_us, f.lower_quartile_us, f.median_us, f.upper_quartile_us, f.max_us
FROM tile_hour t
JOIN tile_layout l ON l.source = t.source AND l.tile = t.tile
JOIN node s ON s.number = t.source
CROSS JOIN LATERAL unnest(l.destination) WITH ORDINALITY AS c (destination, cell)
JOIN node d ON d.number = c.destination
CROSS JOIN LATERAL period_figures(t.cells, c.cell::int) AS f
WHERE f.sent IS NOT NULL;

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
