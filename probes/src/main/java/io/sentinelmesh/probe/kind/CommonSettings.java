package io.sentinelmesh.probe.kind;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Settings that several kinds take, so that they are named, bounded and explained alike. */
public final class CommonSettings {

    // First: the settings below read their defaults by it.
    private static final Map<String, Integer> DSCP_NAMES = Map.ofEntries(Map.entry("CS0", 0), Map.entry("CS1", 8),
            Map.entry("CS2", 16), Map.entry("CS3", 24), Map.entry("CS4", 32), Map.entry("CS5", 40),
            Map.entry("CS6", 48), Map.entry("CS7", 56), Map.entry("AF11", 10), Map.entry("AF12", 12),
            Map.entry("AF13", 14), Map.entry("AF21", 18), Map.entry("AF22", 20), Map.entry("AF23", 22),
            Map.entry("AF31", 26), Map.entry("AF32", 28), Map.entry("AF33", 30), Map.entry("AF41", 34),
            Map.entry("AF42", 36), Map.entry("AF43", 38), Map.entry("EF", 46), Map.entry("BE", 0));

    /** Which of the target's addresses are meant. */
    public static final Setting<String> FAMILY = Setting.choice("family", "any", List.of("any", "4", "6"),
            "address family to probe: IPv4, IPv6, or what the name gives first");
    public static final Setting<String> SOURCE = Setting.text("source", "ADDRESS",
            "address of this host that the test packets carry; the kernel chooses by default");
    public static final Setting<String> INTERFACE = Setting.text("interface", "NAME",
            "network interface the test packets leave by; the routing table decides by default");
    /** A number 0 to 63 or a name of RFC 2474, 2597, 3246: CS0…CS7, AF11…AF43, EF. */
    public static final Setting<Integer> DSCP = new Setting<>("dscp", "N|NAME", Optional.of("0"),
            "differentiated services code point: 0 to 63, CS0 to CS7, AF11 to AF43 or EF", CommonSettings::dscp);

    private CommonSettings() {
    }

    private static int dscp(String text) {
        Integer named = DSCP_NAMES.get(text.toUpperCase(Locale.ROOT));
        if (named != null) {
            return named;
        }
        if (text.matches("[0-9]{1,2}") && Integer.parseInt(text) <= 63) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("expected 0 to 63, CS0 to CS7, AF11 to AF43 or EF");
    }
}
