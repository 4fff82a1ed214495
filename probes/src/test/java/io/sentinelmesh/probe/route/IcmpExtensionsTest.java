package io.sentinelmesh.probe.route;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class IcmpExtensionsTest {

    @Test
    void a_label_stack_is_read() {
        assertThat(IcmpExtensions.labels(file("one-label.hex")))
                .containsExactly(new MplsLabel(24_015, 0, true, 1));
        assertThat(IcmpExtensions.labels(file("two-labels.hex")))
                .containsExactly(new MplsLabel(299_776, 5, false, 1), new MplsLabel(16, 0, true, 2));
    }

    @Test
    void other_objects_are_passed_over() {
        assertThat(IcmpExtensions.labels(file("interface-then-label.hex")))
                .containsExactly(new MplsLabel(17, 0, true, 254));
    }

    @Test
    void a_wrong_checksum_makes_it_no_extension() {
        assertThat(IcmpExtensions.labels(file("wrong-checksum.hex"))).isEmpty();
    }

    @Test
    void a_structure_without_checksum_is_believed_only_where_it_was_announced() {
        byte[] bytes = file("no-checksum.hex");

        assertThat(IcmpExtensions.labels(bytes)).hasSize(1);
        assertThat(IcmpExtensions.labelsIfProven(bytes)).isEmpty();
    }

    @Test
    void an_object_longer_than_the_packet_is_not_read() {
        assertThat(IcmpExtensions.labels(file("object-too-long.hex"))).isEmpty();
    }

    @Property
    void what_was_written_is_read(@ForAll @Size(min = 1, max = IcmpExtensions.MOST_LABELS) List<Integer> entries) {
        assertThat(IcmpExtensions.labels(structure(entries)))
                .isEqualTo(entries.stream().map(MplsLabel::ofEntry).toList());
        assertThat(IcmpExtensions.labelsIfProven(structure(entries))).hasSize(entries.size());
    }

    @Property
    void any_bytes_are_read_without_an_exception(@ForAll byte[] bytes) {
        assertThat(IcmpExtensions.labels(bytes)).hasSizeLessThanOrEqualTo(IcmpExtensions.MOST_LABELS);
        assertThat(IcmpExtensions.labelsIfProven(bytes)).hasSizeLessThanOrEqualTo(IcmpExtensions.MOST_LABELS);
    }

    /** Random bytes hardly ever begin like an extension; a damaged one does. */
    @Property
    void damaged_structures_are_read_without_an_exception(@ForAll @Size(min = 1, max = 40) List<Integer> entries,
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 6) int damages) {
        byte[] bytes = structure(entries);
        Random random = new Random(seed);
        for (int i = 0; i < damages; i++) {
            bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
        }
        bytes[2] = 0;
        bytes[3] = 0;

        assertThat(IcmpExtensions.labels(bytes)).hasSizeLessThanOrEqualTo(IcmpExtensions.MOST_LABELS);
    }

    private static byte[] structure(List<Integer> entries) {
        int length = 4 + 4 * entries.size();
        byte[] bytes = new byte[4 + length];
        bytes[0] = 0x20;
        bytes[4] = (byte) (length >>> 8);
        bytes[5] = (byte) length;
        bytes[6] = 1;
        bytes[7] = 1;
        for (int i = 0; i < entries.size(); i++) {
            for (int octet = 0; octet < 4; octet++) {
                bytes[8 + 4 * i + octet] = (byte) (entries.get(i) >>> (24 - 8 * octet));
            }
        }
        long sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += ((bytes[i] & 0xff) << 8) | (bytes[i + 1] & 0xff);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        // Zero would mean that there is no checksum; ones' complement has two zeros.
        long checksum = sum == 0xffff ? 0xffff : ~sum;
        bytes[2] = (byte) (checksum >>> 8);
        bytes[3] = (byte) checksum;
        return bytes;
    }

    private static byte[] file(String name) {
        try (InputStream file = IcmpExtensionsTest.class.getResourceAsStream("/icmp-extensions/" + name)) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return HexFormat.of().parseHex(text.replaceAll("(?m)#.*$", "").replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
