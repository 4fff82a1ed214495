package io.sentinelmesh.db.postgres;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.StoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TransactionsTest {

    private static final String SERIALIZATION_FAILURE = "40001";

    private final AtomicInteger tries = new AtomicInteger();
    private final Transactions transactions = new Transactions(
            fake(DataSource.class, fake(Connection.class, "nothing to return")));

    /** Each of its methods that returns an object of the answer's type returns it; the others do nothing. */
    private static <T> T fake(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                (_, method, _) -> method.getReturnType().isInstance(answer) ? answer : null));
    }

    private int failsOnce() throws SQLException {
        if (tries.incrementAndGet() == 1) {
            throw new SQLException("could not serialize access", SERIALIZATION_FAILURE);
        }
        return tries.get();
    }

    @Test
    void what_got_in_anothers_way_is_done_again() {
        int tried = transactions.run("store", _ -> failsOnce());

        assertThat(tried).isEqualTo(2);
    }

    @Test
    void what_hands_something_out_as_it_goes_is_not_done_again() {
        assertThatThrownBy(() -> transactions.runOnce("read", _ -> failsOnce())).isInstanceOf(StoreException.class)
                .hasMessageContaining(SERIALIZATION_FAILURE);
        assertThat(tries).hasValue(1);
    }
}
