package io.sentinelmesh.db.postgres;

import java.io.ByteArrayOutputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Expected bytes follow PostgreSQL's description of the binary format and of the types' send functions. */
class BinaryCopyTest {

    private static final String HEADER = "5047434f50590aff0d0a00" + "00000000" + "00000000";
    private static final String TRAILER = "ffff";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final BinaryCopy copy = new BinaryCopy((bytes, length) -> written.write(bytes, 0, length));

    @BeforeEach
    void beginRow() throws SQLException {
        copy.beginRow(1);
    }

    @Test
    void numbers_are_big_endian_with_their_length_before() throws SQLException {
        copy.int4(258);
        copy.int2(-2);

        assertThat(row()).isEqualTo("0001" + "00000004" + "00000102" + "00000002" + "fffe");
    }

    @Test
    void times_count_microseconds_from_the_year_2000() throws SQLException {
        copy.timestamp(Instant.parse("2000-01-01T00:00:01.000002Z"));
        copy.timestamp(Instant.parse("1999-12-31T23:59:59.999999Z"));

        assertThat(row()).isEqualTo("0001" + "00000008" + "00000000000f4242" + "00000008" + "ffffffffffffffff");
    }

    @Test
    void null_has_no_bytes() throws SQLException {
        copy.nullField();

        assertThat(row()).isEqualTo("0001" + "ffffffff");
    }

    @Test
    void of_bytes_only_the_part_in_use_is_written() throws SQLException {
        copy.bytes(new byte[]{7, 8, 9}, 2);

        assertThat(row()).isEqualTo("0001" + "00000002" + "0708");
    }

    @Test
    void json_carries_its_version() throws SQLException {
        copy.jsonb("{}");

        assertThat(row()).isEqualTo("0001" + "00000003" + "01" + "7b7d");
    }

    @Test
    void much_goes_out_in_pieces_without_a_byte_lost() throws SQLException {
        AtomicInteger pieces = new AtomicInteger();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        BinaryCopy many = new BinaryCopy((bytes, length) -> {
            pieces.incrementAndGet();
            all.write(bytes, 0, length);
        });
        for (int i = 0; i < 100; i++) {
            many.beginRow(1);
            many.jsonb("\"" + "x".repeat(10_000) + "\"");
        }
        many.end();

        assertThat(pieces.get()).isBetween(5, 50);
        assertThat(all.size()).isEqualTo(19 + 100 * (2 + 4 + 1 + 10_002) + 2);
    }

    private String row() throws SQLException {
        copy.end();
        String all = HexFormat.of().formatHex(written.toByteArray());
        assertThat(all).startsWith(HEADER).endsWith(TRAILER);
        return all.substring(HEADER.length(), all.length() - TRAILER.length());
    }
}
