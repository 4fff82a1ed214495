package io.sentinelmesh.aggregator;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Each option may also stand in the environment: {@code --data-dir} as {@code SENTINEL_AGGREGATOR_DATA_DIR}. The command line wins. */
final class Environment implements IDefaultValueProvider {

    static final String PREFIX = "SENTINEL_AGGREGATOR_";

    private final Map<String, String> environment;

    Environment(Map<String, String> environment) {
        this.environment = environment;
    }

    static String nameOf(String option) {
        return PREFIX + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Picocli's way to say "none" is null. */
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        // A flag's default would be turned round by giving the flag, so flags are looked up by Options itself.
        boolean flag = argument.arity().max() == 0;
        return argument instanceof OptionSpec option && !flag
                ? environment.get(nameOf(option.longestName()))
                : null;
    }
}
