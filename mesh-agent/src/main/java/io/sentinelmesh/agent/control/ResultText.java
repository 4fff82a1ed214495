package io.sentinelmesh.agent.control;

import java.util.Locale;
import java.util.Optional;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;

/** One result as a line to read. */
final class ResultText {

    private static final double MICROS_PER_MILLI = 1_000;

    private ResultText() {
    }

    static String of(MatrixRow row, PairResult result, String name) {
        String delay = median(result).map(micros -> String.format(Locale.ROOT, "median %.3f ms",
                micros / MICROS_PER_MILLI)).orElse("no answer");
        String unsent = result.notSent() == 0 ? "" : ", " + result.notSent() + " not sent";
        return String.format(Locale.ROOT, "%s %-11s %-24s sent %2d, received %2d, %s%s", row.roundStart(), kind(row),
                name, result.sent(), result.received(), delay, unsent);
    }

    static String kind(MatrixRow row) {
        return row.kind().label();
    }

    static Optional<Integer> median(PairResult result) {
        return result.delays().isEmpty() ? Optional.empty() : Optional.of(result.delays().medianMicros());
    }
}
