package io.sentinelmesh.db.postgres;

import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import io.sentinelmesh.db.DatabaseAddress;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionPoolTest {

    @Test
    void who_reads_or_loads_a_dump_does_not_wait_for_ever_for_a_database_that_is_gone() {
        PGSimpleDataSource source = ConnectionPool
                .forDumps(DatabaseAddress.parse("jdbc:postgresql://192.0.2.1:5432/sentinel"));

        assertThat(source.getSocketTimeout()).isPositive();
        assertThat(source.getTcpKeepAlive()).isTrue();
        assertThat(source.getConnectTimeout()).isPositive();
    }
}
