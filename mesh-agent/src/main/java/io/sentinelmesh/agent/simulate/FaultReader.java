package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A fault as people write it: {@code KIND:TARGET[+TARGET][,loss=R][,delay=TIME][,at=TIME][,for=TIME]}. */
final class FaultReader {

    static final String FORM = "KIND:TARGET[+TARGET][,loss=0..1][,delay=TIME][,at=TIME][,for=TIME]";

    private static final Map<String, Long> MICROS = Map.of("ms", 1_000L, "s", 1_000_000L, "m", 60_000_000L, "h",
            3_600_000_000L);
    private static final String EVER = "2400h";
    /** What an ill prober does to its own packets. */
    private static final double IMPAIRED_LOSS = 0.2;

    private FaultReader() {
    }

    /** @throws IllegalArgumentException with what is wrong and how it is written */
    static Fault read(String text, World world) {
        String[] parts = text.split(",");
        String[] head = parts[0].split(":", 2);
        FaultKind kind = Arrays.stream(FaultKind.values()).filter(known -> known.word().equals(head[0])).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + head[0] + "' is no kind of fault: there are "
                        + words()));
        List<Integer> targets = head.length < 2
                ? List.of()
                : Stream.of(head[1].split("\\+")).map(name -> target(kind, name, world)).distinct().toList();
        boolean enough = kind.targets() == 0 ? !targets.isEmpty() : targets.size() == kind.targets();
        if (!enough) {
            throw new IllegalArgumentException(kind.word() + " takes "
                    + (kind.targets() == 0 ? "one or more" : String.valueOf(kind.targets())) + " "
                    + kind.target().name().toLowerCase(Locale.ROOT) + "(s) after a colon, with + between: " + FORM);
        }
        Map<String, String> options = options(parts);
        long from = micros(options.getOrDefault("at", "0s"));
        boolean onlySlow = options.containsKey("delay") && !options.containsKey("loss");
        double usual = kind == FaultKind.IMPAIRED ? IMPAIRED_LOSS : onlySlow ? 0 : 1;
        double loss = options.containsKey("loss") ? ratio(options.get("loss")) : usual;
        long delay = micros(options.getOrDefault("delay", "0s"));
        if (delay > 10_000_000) {
            throw new IllegalArgumentException("a fault delays by 10 s at most: a packet is lost long before");
        }
        return new Fault(kind, targets, loss, (int) delay, from,
                from + micros(options.getOrDefault("for", EVER)));
    }

    static String words() {
        return Arrays.stream(FaultKind.values()).map(FaultKind::word).collect(Collectors.joining(", "));
    }

    private static int target(FaultKind kind, String name, World world) {
        int many = kind.target() == FaultKind.Target.SITE ? world.sites() : world.agents();
        for (int i = 0; i < many; i++) {
            if (name.equals(kind.target() == FaultKind.Target.SITE ? world.siteName(i) : world.agentName(i))) {
                return i;
            }
        }
        throw new IllegalArgumentException("there is no " + kind.target().name().toLowerCase(Locale.ROOT) + " '" + name
                + "': sites are " + world.siteName(0) + " to " + world.siteName(world.sites() - 1) + ", agents "
                + world.agentName(0) + " to " + world.agentName(world.agents() - 1));
    }

    private static Map<String, String> options(String[] parts) {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            if (pair.length < 2 || !Stream.of("loss", "delay", "at", "for").toList().contains(pair[0])) {
                throw new IllegalArgumentException("'" + parts[i] + "' is no option of a fault: " + FORM);
            }
            options.put(pair[0], pair[1]);
        }
        return options;
    }

    private static double ratio(String text) {
        double ratio = text.matches("[01]|0?\\.\\d{1,6}|1\\.0{1,6}") ? Double.parseDouble(text) : -1;
        if (ratio < 0) {
            throw new IllegalArgumentException("loss is a ratio from 0 to 1, such as 0.25, not '" + text + "'");
        }
        return ratio;
    }

    /** 250ms, 10s, 5m, 2h. */
    static Duration duration(String text) {
        return Duration.ofNanos(micros(text) * 1_000);
    }

    private static long micros(String text) {
        String unit = text.replaceFirst("^\\d+", "");
        String number = text.substring(0, text.length() - unit.length());
        if (!MICROS.containsKey(unit) || number.isEmpty() || number.length() > 6) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time: write a whole number with its unit, such as 250ms, 10s, 5m or 2h");
        }
        return Long.parseLong(number) * MICROS.get(unit);
    }
}
