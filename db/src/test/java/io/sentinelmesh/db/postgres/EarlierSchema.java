package io.sentinelmesh.db.postgres;

import java.util.Arrays;
import java.util.List;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

import io.sentinelmesh.db.DatabaseAddress;

/** A database as an earlier version left it. */
public final class EarlierSchema {

    private EarlierSchema() {
    }

    /**
     * Of every version but the newest, in order.
     *
     * @param address any database: Flyway tells nothing without one
     */
    public static List<Integer> numbers(DatabaseAddress address) {
        MigrationInfo[] all = Flyway.configure().dataSource(ConnectionPool.forMigrations(address))
                .locations("classpath:db/migration").javaMigrations(new ConvertTiles()).load().info().all();
        List<Integer> numbers = Arrays.stream(all).map(each -> Integer.valueOf(each.getVersion().getVersion()))
                .toList();
        return numbers.subList(0, numbers.size() - 1);
    }

    /** Brings an empty or earlier database to that version. */
    public static void make(DatabaseAddress address, int version) {
        Migrations.runTo(ConnectionPool.forMigrations(address), Integer.toString(version));
    }
}
