package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.slf4j.LoggerFactory;

import picocli.CommandLine;

/** The aggregator's program: reads the command line, starts everything, and stops it on SIGTERM. */
public final class Main {

    /** Read by logback.xml. Colours are for people, so only on a terminal. */
    private static final String LOG_PATTERN = "sentinel.log.pattern";
    private static final String COLOURED = "%d{HH:mm:ss.SSS} %highlight(%-5level) %cyan(%logger{0}) - "
            + "%replace(%msg){'[^ -~\u00a0-\ufffd]', ' '}%n%ex";

    private Main() {
    }

    public static void main(String[] arguments) {
        if (terminal()) {
            System.setProperty(LOG_PATTERN, COLOURED);
        }
        int exitCode = run(arguments, System.getenv(), System.out, System.err);
        System.exit(exitCode);
    }

    /** Standard error's own terminal; Java's Console only knows of standard input and output. */
    private static boolean terminal() {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
            return target.startsWith("/dev/pts") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    /** Until the process is told to end. */
    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (arguments.length > 0 && arguments[0].equals(DbCommand.NAME)) {
            return DbCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length), environment, out, err);
        }
        Options options = new Options();
        CommandLine commandLine = new CommandLine(options).setDefaultValueProvider(new Environment(environment));
        try {
            commandLine.parseArgs(arguments);
        } catch (CommandLine.ParameterException bad) {
            err.println("aggregator: " + firstLine(bad) + " (--help shows what is possible)");
            return StartupException.BAD_INPUT;
        }
        if (options.help) {
            commandLine.usage(out);
            return 0;
        }
        if (options.version) {
            out.println("sentinel-mesh aggregator " + Version.TEXT);
            return 0;
        }
        try {
            serve(options.check(environment), out);
            return 0;
        } catch (StartupException failure) {
            err.println("aggregator: " + failure.getMessage());
            return failure.exitCode();
        }
    }

    private static void serve(AggregatorSettings settings, PrintStream out) {
        CountDownLatch stopped = new CountDownLatch(1);
        Program program = Program.start(settings);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
            LoggerFactory.getLogger(Main.class).info("Stopping");
            program.close();
            stopped.countDown();
        }));
        LoggerFactory.getLogger(Main.class).info("Aggregator {} serves {}", Version.TEXT, program.url());
        out.println("ready " + program.url());
        out.flush();
        try {
            stopped.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
