package io.sentinelmesh.agent.logging;

import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets Logback up in code: reading its XML loads some 400 classes, 2 MB, that an agent needs for nothing else. Everything goes to standard error.
 * A file named by {@code -Dlogback.configurationFile} is used instead.
 */
public final class AgentLogging extends ContextAwareBase implements Configurator {

    /** The system property that says {@code commands} where the output is a report, and only what went wrong here is worth a line beside it. */
    static final String STYLE = "sentinel.logging";
    static final String APPENDER = "STDERR";

    private static final String LEVEL = "SENTINEL_LOG_LEVEL";
    /** What an aggregator says may be in a message, so no control character of it reaches the log. */
    private static final String MESSAGE = "%replace(%msg){'[^ -~\u00a0-\ufffd]', ' '}";
    private static final String COMMAND_LINE = "%-5level %logger{0} - " + MESSAGE + "%n%ex{short}";
    private static final String LOG_LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0} - "
            + redacted(MESSAGE) + "%n" + redacted("%ex{short}");

    private static final Map<String, Level> LEVELS = Map.of(
            "com.hazelcast", Level.WARN,
            // Calls leaving at once "terminating forcefully", which is what is wanted here.
            "com.hazelcast.instance.impl.Node", Level.ERROR,
            // Warns for ever while no aggregator is a member; the membership says it once in our own words.
            "com.hazelcast.internal.partition", Level.ERROR,
            "io.netty", Level.WARN,
            // A link that ends is told of once, in our own words.
            "io.vertx.core.net.impl.ConnectionBase", Level.OFF,
            "io.vertx.core.http.impl.HttpClientConnectionInternal", Level.ERROR,
            // Warns of each program and file that a host does not have; what is absent is no figure, and that is all.
            "oshi", Level.ERROR);

    /** No join token is logged, wherever it was written by mistake. */
    private static String redacted(String converter) {
        return "%replace(" + converter + "){'smj1[.][A-Za-z0-9_.-]*', 'smj1.***'}";
    }

    @Override
    public ExecutionStatus configure(LoggerContext logs) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        boolean commands = "commands".equals(System.getProperty(STYLE));
        Logger root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv(LEVEL), commands ? Level.WARN : Level.INFO));
        LEVELS.forEach((name, level) -> logs.getLogger(name).setLevel(level));
        root.addAppender(standardError(logs, commands ? COMMAND_LINE : LOG_LINE));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext logs, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logs);
        encoder.setPattern(pattern);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(logs);
        appender.setName(APPENDER);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
