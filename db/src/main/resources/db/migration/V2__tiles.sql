-- Which destination each cell of a source's tiles means: the n-th element belongs to cell n. Only ever appended to, so that tiles stored
-- long ago keep their meaning. At most 64 a tile.
CREATE TABLE tile_layout (
    source      int      NOT NULL REFERENCES node (number),
    tile        smallint NOT NULL,
    destination int[]    NOT NULL CHECK (cardinality(destination) <= 64),
    PRIMARY KEY (source, tile)
);

DO $tile$
DECLARE
    flavour text := (SELECT s.flavour FROM storage_flavour s);
BEGIN
    -- One source x up to 64 destinations x one round x one kind. Element n of each array belongs to cell n of the layout; NULL, or an array
    -- that ends before, means no result (counts) or nothing answered (delays).
    EXECUTE $create$
        CREATE TABLE tile (
            time              timestamptz NOT NULL, -- start of the round, by the source's clock
            source            int         NOT NULL,
            round_ms          int         NOT NULL,
            tile              smallint    NOT NULL,
            kind              smallint    NOT NULL, -- 1 icmp-echo, 2 tcp-connect
            sent              smallint[]  NOT NULL,
            received          smallint[]  NOT NULL,
            min_us            int[],
            lower_quartile_us int[],
            median_us         int[],
            upper_quartile_us int[],
            max_us            int[],
            -- By cell number (from 1) what went wrong; NULL if nothing did.
            problems          jsonb
        )$create$ || CASE flavour WHEN 'plain' THEN ' PARTITION BY RANGE (time)' ELSE '' END;

    IF flavour <> 'plain' THEN
        PERFORM create_hypertable('tile', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
    END IF;

    CREATE INDEX tile_pair ON tile (source, tile, kind, time);
    CREATE INDEX tile_time ON tile (time);

    IF flavour = 'community' THEN
        -- Two days: what agents spooled during an outage of a night and a day still lands in row form.
        ALTER TABLE tile SET (timescaledb.compress, timescaledb.compress_segmentby = 'source, tile, kind', timescaledb.compress_orderby = 'time');
        PERFORM add_compression_policy('tile', INTERVAL '2 days');
    END IF;
END
$tile$;
