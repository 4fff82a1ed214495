package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoreFlavour;

/** Brings the schema up to date and tells its flavour. Two aggregators may start at once: Flyway lets one wait. */
final class Migrations {

    private Migrations() {
    }

    static StoreFlavour run(DataSource database) {
        return migrate(configure(database).load(), database);
    }

    /**
     * @param version the last one to run
     * @throws StoreException also if that version is not known here
     */
    static StoreFlavour runTo(DataSource database, String version) {
        Flyway all = configure(database).load();
        boolean known = Arrays.stream(all.info().all())
                .anyMatch(migration -> version.equals(String.valueOf(migration.getVersion())));
        if (!known) {
            throw new StoreException("tables of version " + version
                    + " are not known here: use the release of Sentinel Mesh that made them, or a later one");
        }
        return migrate(configure(database).target(version).load(), database);
    }

    /** Of the last migration that ran here; empty if none has. */
    static Optional<String> version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet found = statement
                    .executeQuery("SELECT to_regclass('flyway_schema_history') IS NOT NULL")) {
                found.next();
                if (!found.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (ResultSet found = statement.executeQuery("""
                    SELECT version FROM flyway_schema_history WHERE success AND version IS NOT NULL
                    ORDER BY installed_rank DESC LIMIT 1""")) {
                return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
            }
        }
    }

    private static FluentConfiguration configure(DataSource database) {
        return Flyway.configure(Migrations.class.getClassLoader()).dataSource(database)
                .locations("classpath:db/migration").javaMigrations(new ConvertTiles());
    }

    private static StoreFlavour migrate(Flyway flyway, DataSource database) {
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            throw new StoreException("the database's tables cannot be brought up to date: " + e.getMessage(), e);
        }
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            StoreFlavour flavour;
            try (ResultSet found = statement.executeQuery("SELECT flavour FROM storage_flavour")) {
                found.next();
                flavour = StoreFlavour.valueOf(found.getString(1).toUpperCase(Locale.ROOT));
            }
            if (flavour != StoreFlavour.PLAIN) {
                requireTimescale(statement, flavour);
            }
            return flavour;
        } catch (SQLException e) {
            throw SqlTrouble.explain("read the database's flavour", e);
        }
    }

    private static void requireTimescale(Statement statement, StoreFlavour flavour) throws SQLException {
        try (ResultSet loaded = statement
                .executeQuery("SELECT current_setting('timescaledb.license', true) IS NOT NULL")) {
            loaded.next();
            if (!loaded.getBoolean(1)) {
                throw new StoreException("this database was set up with TimescaleDB (" + flavour
                        + "), but the server does not load it: add timescaledb to shared_preload_libraries");
            }
        }
    }
}
