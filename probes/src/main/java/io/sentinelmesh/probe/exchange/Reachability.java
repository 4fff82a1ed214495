package io.sentinelmesh.probe.exchange;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.kind.Targets;

/** Whether a destination makes sense, found out before anything is measured. */
public final class Reachability {

    private static final Duration LOOKUP_PATIENCE = Duration.ofSeconds(10);

    private Reachability() {
    }

    /**
     * Blocks on the name service. An address that the host has is only proof that it may be measured: each exchange looks it up anew.
     *
     * @return the source address that is set
     * @throws BadRequestException if the host has no address that may be probed, or the source does not fit it
     */
    public static Optional<InetAddress> require(String host, int port, Settings settings) {
        Destination destination = Destination.of(host, port, settings.get(CommonSettings.FAMILY), Optional.empty());
        InetAddress address = switch (lookUp(destination)) {
            case NameLookup.Looked.Found found -> found.addresses().getFirst();
            case NameLookup.Looked.NotFound(String why) -> throw new BadRequestException("'" + host
                    + "' has no address to probe: " + why
                    + "; check the spelling, the family and this host's name service");
        };
        return settings.find(CommonSettings.SOURCE).map(source -> Targets.source(source, address));
    }

    private static NameLookup.Looked lookUp(Destination destination) {
        try (EventThread thread = new EventThread("name-check"); NameLookup names = new NameLookup(thread.loop())) {
            CompletableFuture<NameLookup.Looked> answer = new CompletableFuture<>();
            thread.loop().execute(() -> names.lookUp(destination, answer::complete));
            return answer.get(LOOKUP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new NameLookup.Looked.NotFound("no name server answered");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a look-up never fails but with a value", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new NameLookup.Looked.NotFound("interrupted");
        }
    }
}
