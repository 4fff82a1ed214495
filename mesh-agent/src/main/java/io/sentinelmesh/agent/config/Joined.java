package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What joining left in the data folder, so that the agent runs afterwards without a flag: the settings of that command line, and what the aggregator
 * said. It holds no secret. A flag, a variable or the configuration file wins over it.
 *
 * @param settings by the names of the agent's settings; an unknown one is of a later version and is kept
 */
public record Joined(Map<String, List<String>> settings) {

    /** In the data folder. */
    public static final String FILE = "joined.json";
    /** Where the aggregator's members are found; not a setting of the agent. */
    public static final String AGGREGATOR_MEMBER_PORT = "aggregator-member-port";

    /** Far more than all flags of one command line. */
    private static final int MAX_BYTES = 256 << 10;

    public static final Joined NOTHING = new Joined(Map.of());

    public Joined {
        settings = Map.copyOf(settings);
    }

    /** @throws ConfigException if there is a file that can't be read */
    public static Joined in(Path dataDir) {
        Path file = dataDir.resolve(FILE);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + " is larger than " + MAX_BYTES + " bytes: " + remedy());
            }
            return new Joined(new ObjectMapper().readValue(Files.readString(file),
                    new TypeReference<Map<String, List<String>>>() {
                    }));
        } catch (NoSuchFileException e) {
            return NOTHING;
        } catch (JsonProcessingException e) {
            throw new ConfigException(file + " does not hold what joining wrote there: " + remedy(), e);
        } catch (IOException e) {
            // A folder that can't be used is told of when it is opened, with the remedy.
            return NOTHING;
        }
    }

    private static String remedy() {
        return "join again (`sentinel agent join`), which keeps the identity";
    }

    /** Those given win over those here. */
    public Joined with(Map<String, List<String>> given) {
        Map<String, List<String>> both = new TreeMap<>(settings);
        both.putAll(given);
        return new Joined(both);
    }

    List<String> all(String key) {
        return settings.getOrDefault(key, List.of());
    }

    Optional<String> one(String key) {
        return all(key).stream().findFirst();
    }

    /** For {@link #FILE}. */
    public String json() {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(new TreeMap<>(settings))
                    + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("texts can always be written as JSON", impossible);
        }
    }
}
