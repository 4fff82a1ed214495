package io.sentinelmesh.agent.spool;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link SpoolTorture} kills: fills a spool as fast as it can, sends what it holds, and says what became durable. Arguments:
 * folder, port, number of this life, bytes the spool may have, whether it makes rows.
 */
final class SpoolVictim {

    static final byte FRAME = 1;
    static final byte DURABLE = 2;
    static final byte BALANCE = 3;
    /** Rows are numbered through all lives. */
    static final long ROWS_PER_LIFE = 1_000_000;
    static final int RESULTS = 20;
    private static final int MOST_WAITING = 50_000;
    private static final int MOST_INBOUND = 100;

    private final Spool spool;
    private final DataInputStream in;
    private final DataOutputStream out;
    private long toldDurable;

    private SpoolVictim(Spool spool, DataInputStream in, DataOutputStream out) {
        this.spool = spool;
        this.in = in;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long life = Long.parseLong(arguments[2]);
        SpoolSettings settings = new SpoolSettings(Long.parseLong(arguments[3]), Duration.ofDays(30), 128 * 1024,
                512 * 1024);
        Spool spool = Spool.open(folder, settings, Rounds.SELF, UUID.randomUUID(), Spool.Company.NONE,
                Clock.systemUTC());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]))) {
            SpoolVictim victim = new SpoolVictim(spool, new DataInputStream(socket.getInputStream()),
                    new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
            boolean makes = Boolean.parseBoolean(arguments[4]);
            Thread.ofPlatform().daemon().start(victim::hear);
            victim.tellBalance();
            if (makes) {
                Thread.ofPlatform().daemon().start(() -> victim.make(life));
            }
            victim.send(!makes);
        }
        spool.close();
    }

    private void make(long life) {
        for (long number = 1; number < ROWS_PER_LIFE; number++) {
            while (spool.inboundRows() > MOST_INBOUND || spool.balance().waiting().rows() > MOST_WAITING) {
                LockSupport.parkNanos(50_000);
            }
            spool.add(Rounds.row(life * ROWS_PER_LIFE + number, RESULTS));
        }
    }

    private void hear() {
        try {
            while (true) {
                spool.acknowledge(new UUID(in.readLong(), in.readLong()), in.readLong());
            }
        } catch (IOException e) {
            // The end of the run.
        }
    }

    private void send(boolean untilEmpty) throws IOException {
        while (!untilEmpty || spool.balance().waiting().rows() > 0) {
            AtomicReference<Outgoing> given = new AtomicReference<>();
            var asked = new java.util.concurrent.CompletableFuture<Void>();
            spool.next(8, untilEmpty, batch -> {
                batch.ifPresent(given::set);
                asked.complete(null);
            });
            asked.join();
            Outgoing batch = given.get();
            if (batch != null) {
                out.writeByte(FRAME);
                out.writeInt(batch.frame().length);
                out.write(batch.frame());
            } else {
                LockSupport.parkNanos(1_000_000);
            }
            long durable = spool.durableRows();
            if (durable > toldDurable) {
                toldDurable = durable;
                out.writeByte(DURABLE);
                out.writeLong(durable);
            }
            out.flush();
        }
        tellBalance();
    }

    private void tellBalance() throws IOException {
        // Whatever the recovery found is in the balance when the first task behind it has run.
        var recovered = new java.util.concurrent.CompletableFuture<Void>();
        spool.next(0, false, _ -> recovered.complete(null));
        recovered.join();
        SpoolBalance balance = spool.balance();
        out.writeByte(BALANCE);
        for (Tally tally : List.of(balance.made(), balance.acknowledged(), balance.waiting(),
                balance.dropped().total())) {
            out.writeLong(tally.rows());
            out.writeLong(tally.results());
        }
        out.writeUTF(balance.dropped().toString());
        out.flush();
    }
}
