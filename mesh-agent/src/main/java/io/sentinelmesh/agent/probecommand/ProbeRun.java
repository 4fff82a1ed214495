package io.sentinelmesh.agent.probecommand;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.nativenet.NativeCallException;

import picocli.CommandLine.ParseResult;

/** One kind's command: reads its settings, runs it, prints what it found. */
final class ProbeRun {

    static final String JSON_OPTION = "--json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Kind kind;
    private final PrintStream out;
    private final PrintStream err;

    ProbeRun(Kind kind, PrintStream out, PrintStream err) {
        this.kind = kind;
        this.out = out;
        this.err = err;
    }

    /** @return the exit code */
    int execute(ParseResult parsed) {
        boolean json = parsed.hasMatchedOption(JSON_OPTION);
        String target = parsed.matchedPositionalValue(0, "");
        try {
            Settings settings = Settings.of(kind.settings(), written(parsed));
            Report report = kind.prepare(target, settings).run(json ? err::println : out::println);
            if (json) {
                out.println(json(target, report));
            } else {
                report.lines().forEach(out::println);
            }
            return report.reached() ? ProbeMain.REACHED : ProbeMain.NOT_REACHED;
        } catch (BadRequestException e) {
            err.println(ProbeMain.NAME + " " + kind.name() + ": " + e.getMessage());
            return ProbeMain.BAD_INPUT;
        } catch (IllegalStateException | NativeCallException e) {
            // This host's own trouble; where it was noticed is of no use to who typed the command.
            err.println(ProbeMain.NAME + " " + kind.name() + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return ProbeMain.NOT_REACHED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ProbeMain.NOT_REACHED;
        }
    }

    private Map<String, String> written(ParseResult parsed) {
        Map<String, String> written = new LinkedHashMap<>();
        for (Setting<?> setting : kind.settings()) {
            if (parsed.hasMatchedOption("--" + setting.name())) {
                written.put(setting.name(), parsed.matchedOptionValue("--" + setting.name(), "true"));
            }
        }
        return written;
    }

    private String json(String target, Report report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kind", kind.name());
        object.put("target", target);
        object.put("reached", report.reached());
        object.put("outcome", report.outcome());
        object.putAll(report.values());
        try {
            return JSON.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of plain values is always writable", e);
        }
    }
}
