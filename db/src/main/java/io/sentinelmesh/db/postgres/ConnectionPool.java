package io.sentinelmesh.db.postgres;

import java.time.Duration;
import java.util.Properties;

import org.postgresql.ds.PGSimpleDataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.StoreException;

/** Makes connections: a bounded pool for the work, single ones for migrations. Every wait has an end. */
final class ConnectionPool {

    /** For a connection to become free or be made. */
    private static final Duration BORROW_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Silence on a connection that waits for an answer. Above the longest statement, below what a person waits for. */
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(90);
    /** The same while a whole table is read or loaded: what follows a table's last row, above all, takes a while. */
    private static final Duration DUMP_SOCKET_TIMEOUT = Duration.ofMinutes(10);
    /** The server breaks off what takes longer. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(1);
    static final String LIMIT_STATEMENTS = "SET statement_timeout = " + STATEMENT_TIMEOUT.toMillis();
    /** To compile a statement of ours takes longer than to run it, whatever its estimated costs. */
    private static final String NO_COMPILER = "SET jit = off";
    private static final Duration MAX_LIFETIME = Duration.ofMinutes(30);
    private static final int MIN_IDLE = 1;

    private ConnectionPool() {
    }

    static HikariDataSource open(DatabaseAddress address, int maxConnections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("sentinel-mesh-db");
        config.setJdbcUrl(address.jdbcUrl());
        address.user().ifPresent(config::setUsername);
        address.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(maxConnections);
        config.setMinimumIdle(MIN_IDLE);
        config.setConnectionTimeout(BORROW_TIMEOUT.toMillis());
        config.setMaxLifetime(MAX_LIFETIME.toMillis());
        config.setDataSourceProperties(driverProperties());
        // Marks and notes rely on it: what is taken away here must be read after that, whatever the database's own default is.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql(LIMIT_STATEMENTS + "; " + NO_COMPILER);
        try {
            return new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new StoreException("cannot connect to " + address + ": " + rootMessage(e), e);
        }
    }

    /** Not from the pool: migrations may take long, and creating an extension may cost the connection. */
    static PGSimpleDataSource forMigrations(DatabaseAddress address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.jdbcUrl());
        address.user().ifPresent(source::setUser);
        address.password().ifPresent(source::setPassword);
        source.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
        source.setApplicationName("sentinel-mesh-migrations");
        // Else one who waits for an answer never learns that the other host is gone.
        source.setTcpKeepAlive(true);
        return source;
    }

    /** Not from the pool either; a database that says nothing for long is given up, for nobody may be there to break it off. */
    static PGSimpleDataSource forDumps(DatabaseAddress address) {
        PGSimpleDataSource source = forMigrations(address);
        source.setApplicationName("sentinel-mesh-dump");
        source.setSocketTimeout((int) DUMP_SOCKET_TIMEOUT.toSeconds());
        return source;
    }

    private static Properties driverProperties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "sentinel-mesh");
        properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(SOCKET_TIMEOUT.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return String.valueOf(root.getMessage());
    }
}
