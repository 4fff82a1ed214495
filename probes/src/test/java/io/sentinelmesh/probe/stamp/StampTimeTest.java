package io.sentinelmesh.probe.stamp;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class StampTimeTest {

    private static final int PTP = 0x4001;
    /** 2104-02-26, the end of the era that began in 2036, less the part that reads as the one before. */
    private static final long END_NANOS = 4_233_000_000_000_000_000L;

    @Property
    void ntp_brings_back_every_nanosecond(@ForAll @LongRange(max = END_NANOS) long nanos) {
        assertThat(StampTime.epochNanos(StampTime.ntp(nanos), StampTime.OUR_ERROR_ESTIMATE)).isEqualTo(nanos);
    }

    @Example
    void the_z_bit_decides_on_the_form() {
        long field = 1_000_000_000L << 32 | 500_000_000L;

        assertThat(StampTime.epochNanos(field, PTP)).isEqualTo(1_000_000_000_500_000_000L);
        assertThat(StampTime.epochNanos(field, 1)).isNotEqualTo(1_000_000_000_500_000_000L);
    }

    @Example
    void ntp_counts_on_from_its_next_era() {
        Instant beyond = Instant.parse("2036-02-07T06:28:16Z");

        assertThat(StampTime.ntp(beyond.getEpochSecond() * 1_000_000_000L) >>> 32).isZero();
        assertThat(StampTime.epochNanos(1, 1)).isEqualTo(beyond.getEpochSecond() * 1_000_000_000L);
    }

    @Example
    void the_unix_epoch_is_where_rfc_5905_has_it() {
        assertThat(StampTime.ntp(0) >>> 32).isEqualTo(2_208_988_800L);
    }
}
