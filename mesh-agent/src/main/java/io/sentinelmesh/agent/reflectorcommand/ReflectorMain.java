package io.sentinelmesh.agent.reflectorcommand;

import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.stamp.NotReflected;
import io.sentinelmesh.probe.stamp.ReflectorCounters;
import io.sentinelmesh.probe.stamp.ReflectorSettings;
import io.sentinelmesh.probe.stamp.SharedKey;
import io.sentinelmesh.probe.stamp.StampReflector;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reflects until it is told to stop, then says how much. */
@Command(name = ReflectorMain.NAME, mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "Answers STAMP and TWAMP Light test packets, so that others can measure the way to this host.", footer = {
        "", "Never sends more than it gets, and not faster than its caps. See docs/probes.md, stamp.", "",
        "Exit codes: 0 stopped on request, 1 could not start, 2 wrong usage."})
public final class ReflectorMain implements Callable<Integer> {

    private static final Duration LOOK = Duration.ofSeconds(1);

    static final String NAME = "sentinel reflector";
    static final int COULD_NOT_START = 1;
    static final int BAD_INPUT = 2;

    @Option(names = "--port", paramLabel = "PORT", description = "UDP port to listen on; default: ${DEFAULT-VALUE}. The registered one is 862, which needs root or CAP_NET_BIND_SERVICE; 0: any that is free")
    private int port = ReflectorSettings.DEFAULT_PORT;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "address of this host to listen on; default: all, IPv4 and IPv6")
    private Optional<String> address = Optional.empty();

    @Option(names = "--key-file", paramLabel = "FILE", description = "authenticated mode: answers only who has the key in this file (one line, readable by its owner only)")
    private Optional<Path> keyFile = Optional.empty();

    @Option(names = "--peer-rate", paramLabel = "N", description = "packets a second that one peer gets answered; default: ${DEFAULT-VALUE}")
    private int peerRate = ReflectorSettings.DEFAULT_PACKETS_PER_SECOND_AND_PEER;

    @Option(names = "--rate", paramLabel = "N", description = "packets a second that all peers together get answered; default: ${DEFAULT-VALUE}")
    private int rate = ReflectorSettings.DEFAULT_PACKETS_PER_SECOND;

    private final PrintStream out;
    private final PrintStream err;

    ReflectorMain(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.out, System.err).execute(arguments));
    }

    static CommandLine commandLine(PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new ReflectorMain(out, err));
        commandLine.setParameterExceptionHandler((e, _) -> {
            err.println(NAME + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; see --help");
            return BAD_INPUT;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws InterruptedException {
        ReflectorSettings settings;
        try {
            settings = new ReflectorSettings(port, address.map(ReflectorMain::address), keyFile.map(SharedKey::read),
                    peerRate, rate);
        } catch (BadRequestException | IllegalArgumentException e) {
            err.println(NAME + ": " + e.getMessage());
            return BAD_INPUT;
        }
        if (!NativeSocket.isSupported()) {
            err.println(NAME + ": needs Linux on a 64-bit processor");
            return COULD_NOT_START;
        }
        try {
            return run(StampReflector.open(settings));
        } catch (NativeCallException e) {
            err.println(NAME + ": " + e.getMessage() + "; choose another --port or --address");
            return COULD_NOT_START;
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("--address: expected an address of this host, not '" + text + "'", e);
        }
    }

    /** Until it is told to stop, or the reflector ends by itself: then a supervisor is to start it again. */
    private int run(StampReflector reflector) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            reflector.close();
            summary(reflector.counters()).forEach(err::println);
            stopped.countDown();
        }));
        reflector.missing().forEach(line -> err.println(NAME + ": " + line));
        out.println("reflecting on UDP port " + reflector.port()
                + (keyFile.isPresent() ? ", only for those who have the key" : ""));
        while (!stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            Optional<String> trouble = reflector.trouble();
            if (trouble.isPresent()) {
                err.println(NAME + ": ended by itself: " + trouble.get());
                return COULD_NOT_START;
            }
        }
        return 0;
    }

    static List<String> summary(ReflectorCounters counters) {
        List<String> lines = new ArrayList<>();
        lines.add(counters.reflected() + " packets answered");
        for (NotReflected reason : NotReflected.values()) {
            if (counters.dropped(reason) > 0) {
                lines.add(counters.dropped(reason) + " not answered: " + reason.label());
            }
        }
        return lines;
    }
}
