package io.sentinelmesh.aggregator.upkeep;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeapTrimTest {

    private static final long MIB = 1 << 20;

    private long used = 20 * MIB;
    private long needed = 20 * MIB;
    private int collections;
    private final HeapTrim trim = new HeapTrim(() -> used, () -> {
        collections++;
        used = needed;
    });

    @Test
    void what_has_not_grown_much_is_left_alone() {
        for (int look = 0; look < 20; look++) {
            trim.run();
            used += MIB;
        }

        assertThat(collections).isZero();
    }

    @Test
    void what_has_grown_since_the_last_collection_is_collected() {
        needed = 100 * MIB;
        used = 160 * MIB;
        trim.run();
        assertThat(collections).isOne();

        used += 47 * MIB;
        trim.run();
        assertThat(collections).as("100 MiB of it are needed").isOne();

        used += MIB;
        trim.run();
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void a_collection_by_the_jvm_itself_counts() {
        needed = 100 * MIB;
        used = 160 * MIB;
        trim.run();
        used = 30 * MIB;
        trim.run();
        used = 80 * MIB;
        trim.run();

        assertThat(collections).isEqualTo(2);
    }
}
