package io.sentinelmesh.agent.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import oshi.util.ExecutingCommand;

/** The services of systemd, on a host that systemd runs. Starts a program. */
final class ServiceReader implements HostReader {

    static final int MOST_FAILED = 50;
    /** Is there if systemd is what started this host: sd_booted(3). */
    private static final Path BOOTED_BY_SYSTEMD = Path.of("/run/systemd/system");
    private static final String[] LIST = {"systemctl", "list-units", "--type=service", "--all", "--plain",
            "--no-legend", "--no-pager"};
    private static final int UNIT = 0;
    private static final int ACTIVE = 2;

    private final Supplier<List<String>> list;

    ServiceReader() {
        this(() -> Files.exists(BOOTED_BY_SYSTEMD) ? ExecutingCommand.runNative(LIST) : List.of());
    }

    /** @param list lines of: unit, load state, active state, sub state, description */
    ServiceReader(Supplier<List<String>> list) {
        this.list = list;
    }

    @Override
    public String group() {
        return "service";
    }

    @Override
    public Cost cost() {
        return Cost.HEAVY;
    }

    @Override
    public void read(Readings into) {
        Map<String, Integer> byState = new TreeMap<>();
        int failed = 0;
        for (String line : list.get()) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length <= ACTIVE || !fields[UNIT].endsWith(".service")) {
                continue;
            }
            byState.merge(fields[ACTIVE], 1, Integer::sum);
            if (fields[ACTIVE].equals("failed") && failed++ < MOST_FAILED) {
                into.add(HostMetricName.SERVICE_FAILED, 1, fields[UNIT]);
            }
        }
        byState.forEach((state, count) -> into.add(HostMetricName.SERVICES, count, state));
    }
}
