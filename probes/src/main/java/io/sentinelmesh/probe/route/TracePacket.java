package io.sentinelmesh.probe.route;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.MessageBatch;

/**
 * The bytes of a trace's packets. All packets of a flow have one length and one checksum, whatever their number: two octets make up for it, so that
 * a router that chooses by the first octets of the transport header chooses alike (Paris traceroute).
 *
 * <p>
 * By UDP it is a STAMP test packet (RFC 8762 section 4.2.1) whose timestamp is a nonce, so that a reflector answers and the number can be read from
 * its answer; by ICMP an echo request.
 */
enum TracePacket {

    UDP {
        @Override
        void write(MessageBatch batch, int message, AddressFamily family, int number, int nonce) {
            batch.putInt(message, SEQUENCE, number);
            batch.putInt(message, NONCE, nonce);
            batch.putShort(message, BALANCE, ~number);
            // Multiplier 1: the field must not be 0.
            batch.putShort(message, ERROR_ESTIMATE, 1);
        }

        @Override
        Quote quoted(MessageBatch batch, int message, int at, int length, int nonce) {
            if (length < SEQUENCE + Integer.BYTES) {
                return new Quote.TooShort();
            }
            boolean ours = length < NONCE + Integer.BYTES || batch.getInt(message, at + NONCE) == nonce;
            return ours ? ofNumber(batch.getInt(message, at + SEQUENCE)) : new Quote.Foreign();
        }

        @Override
        Quote answered(MessageBatch batch, int message, int length, int nonce) {
            if (length >= REFLECTED + NONCE + Integer.BYTES && batch.getInt(message, REFLECTED + NONCE) == nonce) {
                return ofNumber(batch.getInt(message, REFLECTED));
            }
            // An echo service sends the same back; what any other service sends is an answer to one of our packets, whichever.
            boolean echoed = length >= NONCE + Integer.BYTES && batch.getInt(message, NONCE) == nonce;
            return echoed ? ofNumber(batch.getInt(message, SEQUENCE)) : new Quote.TooShort();
        }
    },

    ICMP {
        @Override
        void write(MessageBatch batch, int message, AddressFamily family, int number, int nonce) {
            batch.putByte(message, 0, switch (family) {
                case IPV4 -> 8;
                case IPV6 -> 128;
            });
            batch.putShort(message, ICMP_SEQUENCE, number);
            batch.putInt(message, ICMP_NONCE, nonce);
            batch.putShort(message, ICMP_BALANCE, ~number);
        }

        @Override
        Quote quoted(MessageBatch batch, int message, int at, int length, int nonce) {
            if (length < ICMP_SEQUENCE + Short.BYTES) {
                return new Quote.TooShort();
            }
            boolean ours = length < ICMP_NONCE + Integer.BYTES || batch.getInt(message, at + ICMP_NONCE) == nonce;
            return ours ? ofNumber(batch.unsignedShort(message, at + ICMP_SEQUENCE)) : new Quote.Foreign();
        }

        @Override
        Quote answered(MessageBatch batch, int message, int length, int nonce) {
            int type = length > 0 ? batch.unsignedByte(message, 0) : -1;
            // An echo reply brings back all that was sent (RFC 792).
            boolean whole = (type == 0 || type == 129) && length >= ICMP_NONCE + Integer.BYTES;
            return whole ? quoted(batch, message, 0, length, nonce) : new Quote.Foreign();
        }
    };

    /** Bytes of a UDP payload, or of an ICMP message with its header: as many as STAMP's. */
    static final int LEAST_LENGTH = 44;

    private static final int SEQUENCE = 0;
    private static final int NONCE = 4;
    private static final int BALANCE = 8;
    private static final int ERROR_ESTIMATE = 12;
    /** Where a reflector's packet has the sender's sequence number and, behind it, the sender's timestamp. */
    private static final int REFLECTED = 24;

    private static final int ICMP_SEQUENCE = 6;
    private static final int ICMP_NONCE = 8;
    private static final int ICMP_BALANCE = 12;

    /** The rest of the room stays zero. */
    abstract void write(MessageBatch batch, int message, AddressFamily family, int number, int nonce);

    /** Which packet an ICMP error is about that quotes {@code length} bytes of it. */
    abstract Quote quoted(MessageBatch batch, int message, int at, int length, int nonce);

    /** Which packet the destination's answer is about. */
    abstract Quote answered(MessageBatch batch, int message, int length, int nonce);

    private static Quote ofNumber(int number) {
        return TestPacket.ofNumber(number).<Quote>map(Quote.Of::new).orElseGet(Quote.Foreign::new);
    }
}
