package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.access.Token;
import io.sentinelmesh.aggregator.access.TokenFileException;
import io.sentinelmesh.aggregator.door.DoorSettings;
import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingestkey.IngestSecrets;
import io.sentinelmesh.aggregator.membership.MeshMembership;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.Stores;
import io.sentinelmesh.membership.MembershipException;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.trust.TrustException;

/** One run of the program: store, membership and aggregator of one data folder. */
final class Program implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(15);
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(2);
    private static final Logger log = LoggerFactory.getLogger(Program.class);

    private final Aggregator aggregator;
    private final MeshMembership membership;

    private Program(Aggregator aggregator, MeshMembership membership) {
        this.aggregator = aggregator;
        this.membership = membership;
    }

    static Program start(AggregatorSettings settings) {
        return start(settings, () -> Stores.open(settings.store(), Clock.systemUTC()));
    }

    static Program start(AggregatorSettings settings, Supplier<MeasurementStore> database) {
        if (settings.insecure()) {
            log.warn("--insecure: whoever can reach {} can read the token and everything else that goes over it, and "
                    + "agents are let in there without a certificate. For a closed test network only.",
                    settings.listen().web().address());
        }
        requireFree(settings.listen().web());
        requireFree(settings.listen().door());
        Credentials credentials = new Credentials(token(settings.dataDir()), trust(settings),
                secrets(settings.dataDir()));
        // Both take a second or two and have nothing to do with one another.
        CompletableFuture<MeshMembership> joining = new CompletableFuture<>();
        Thread.ofPlatform().name("membership-start").daemon().start(() -> {
            try {
                joining.complete(MeshMembership.start(settings.membership(), credentials.trust().id(),
                        identity(settings, credentials.trust())));
            } catch (Throwable failure) {
                // Whatever it is: the start waits for this.
                joining.completeExceptionally(failure);
            }
        });
        try {
            return start(settings, credentials, joining, store(database));
        } catch (StartupException failure) {
            terminateWhenStarted(joining);
            throw failure;
        }
    }

    /** By this aggregator's certificate; with --insecure the membership speaks plain text. */
    private static Optional<TlsIdentity> identity(AggregatorSettings settings, MeshTrust trust) {
        if (settings.insecure()) {
            log.warn("--insecure: the membership at {} speaks plain text", settings.membership().address());
            return Optional.empty();
        }
        return Optional.of(trust.tls());
    }

    private static void terminateWhenStarted(CompletableFuture<MeshMembership> joining) {
        CompletableFuture<Void> terminated = joining.thenAccept(MeshMembership::terminate);
        try {
            terminated.get(START_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException notStarted) {
            log.debug("The membership did not start either", notStarted);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * @param store is closed if the start fails
     */
    private static Program start(AggregatorSettings settings, Credentials credentials,
            CompletableFuture<MeshMembership> joining, MeasurementStore store) {
        Aggregator aggregator = aggregator(settings, credentials, store);
        try {
            MeshMembership membership = joining.join();
            aggregator.start();
            aggregator.watch(membership::size, membership::judgePeersAgain);
            return new Program(aggregator, membership);
        } catch (RuntimeException refused) {
            aggregator.close();
            throw explain(refused);
        }
    }

    private static Aggregator aggregator(AggregatorSettings settings, Credentials credentials,
            MeasurementStore store) {
        try {
            return new Aggregator(settings.listen(), store, credentials, BatchQueue.Bounds.DEFAULT, Clock.systemUTC());
        } catch (RuntimeException failure) {
            store.close();
            throw explain(failure);
        }
    }

    /** One line for the person who started it; anything that nobody foresaw is logged with its trace as well. */
    private static StartupException explain(RuntimeException failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return switch (cause) {
            case StartupException known -> known;
            case MembershipException known -> StartupException.failed(String.valueOf(known.getMessage()));
            case StoreException known -> databaseFailed(known);
            default -> {
                log.error("The start failed", cause);
                yield StartupException.failed("cannot start (" + cause + "): the log says more");
            }
        };
    }

    /** Before a database is made for nothing. Should another program be faster after this, the listener itself says so. */
    private static void requireFree(ListenSettings listen) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(listen.address(), listen.port()));
        } catch (IOException inUse) {
            throw cannotListen(listen, inUse);
        }
    }

    private static void requireFree(DoorSettings door) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(door.address(), door.port()));
        } catch (IOException inUse) {
            throw cannotListen(door, inUse);
        }
    }

    static StartupException cannotListen(DoorSettings door, Throwable cause) {
        return StartupException.failed("cannot listen for agents on " + door.address() + " port " + door.port() + " ("
                + cause.getMessage() + "): stop the program that uses the port, or choose another with --agent-port");
    }

    private static MeshTrust trust(AggregatorSettings settings) {
        try {
            return MeshTrust.open(settings.trust(), Clock.systemUTC());
        } catch (TrustException unfit) {
            throw StartupException.badInput(String.valueOf(unfit.getMessage()));
        }
    }

    static StartupException cannotListen(ListenSettings listen, Throwable cause) {
        return StartupException.failed("cannot listen on " + listen.address() + " port " + listen.port() + " ("
                + cause.getMessage() + "): stop the program that uses the port, or choose another with --port");
    }

    private static IngestSecrets secrets(Path dataDir) {
        try {
            return IngestSecrets.inFile(dataDir.resolve(IngestSecrets.FILE));
        } catch (IOException unfit) {
            throw StartupException.badInput(String.valueOf(unfit.getMessage()));
        }
    }

    private static Token token(Path dataDir) {
        Path file = dataDir.resolve(Aggregator.TOKEN_FILE);
        try {
            return Token.inFile(file);
        } catch (TokenFileException unfit) {
            throw StartupException.badInput(String.valueOf(unfit.getMessage()));
        } catch (IOException unreadable) {
            throw StartupException.badInput("cannot read or make " + file + " (" + unreadable
                    + "): give this user the right to, or name another folder with --data-dir");
        }
    }

    private static MeasurementStore store(Supplier<MeasurementStore> database) {
        try {
            return database.get();
        } catch (RuntimeException failure) {
            throw explain(failure);
        }
    }

    private static StartupException databaseFailed(StoreException failure) {
        return StartupException.failed("the database cannot be used: "
                + String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
    }

    String url() {
        return aggregator.url();
    }

    @Override
    public void close() {
        Thread leaving = Thread.ofPlatform().name("membership-stop").daemon().start(membership::close);
        aggregator.close();
        try {
            if (!leaving.join(LEAVE_WITHIN)) {
                membership.terminate();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
