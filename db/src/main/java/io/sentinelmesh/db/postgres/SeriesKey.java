package io.sentinelmesh.db.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.UUID;

import io.sentinelmesh.db.metric.MetricType;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;

/**
 * What makes two figures one series.
 *
 * @param agent its node's number
 * @param identity the first 16 bytes of the SHA-256 of all that it is called
 */
record SeriesKey(int agent, UUID identity) {

    /** As the database orders them, so that transactions with the same series wait for one another instead of deadlocking. */
    static final Comparator<SeriesKey> ORDER = Comparator.comparingInt(SeriesKey::agent)
            .thenComparing(key -> key.identity.toString());

    static SeriesKey of(int agent, HostMetric metric) {
        MessageDigest digest = sha256();
        text(digest, metric.name());
        text(digest, metric.unit());
        digest.update((byte) MetricType.of(metric.value()).number());
        metric.labels().forEach((key, value) -> {
            text(digest, key);
            text(digest, value);
        });
        if (metric.value() instanceof MetricValue.Histogram histogram) {
            ByteBuffer bounds = ByteBuffer.allocate(Double.BYTES * histogram.bounds().size());
            histogram.bounds().forEach(bounds::putDouble);
            digest.update(bounds.array());
        }
        ByteBuffer first = ByteBuffer.wrap(digest.digest());
        return new SeriesKey(agent, new UUID(first.getLong(), first.getLong()));
    }

    /** With an end that no text can hold. */
    private static void text(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
