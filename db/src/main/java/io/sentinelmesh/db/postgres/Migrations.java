package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoreFlavour;

/** Brings the schema up to date and tells its flavour. Two aggregators may start at once: Flyway lets one wait. */
final class Migrations {

    private Migrations() {
    }

    static StoreFlavour run(DataSource database) {
        try {
            Flyway.configure(Migrations.class.getClassLoader()).dataSource(database)
                    .locations("classpath:db/migration").javaMigrations(new ConvertTiles()).load().migrate();
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
