package io.sentinelmesh.db;

/** Decided at the first migration and stored: a database does not change flavour under its data. */
public enum StoreFlavour {
    /** PostgreSQL: range partitions made and dropped by the aggregator. */
    PLAIN,
    /** TimescaleDB, Apache edition: hypertables. */
    APACHE,
    /** TimescaleDB, Community edition: hypertables with the columnstore. */
    COMMUNITY
}
