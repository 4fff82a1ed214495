package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

import io.sentinelmesh.settings.Spelling;

/**
 * The YAML file as written: every key is optional here, because a flag or a variable may give it instead. Classes with fields rather than
 * records: Jackson finds out about an unknown key of a record only at the record's end, and would name the wrong line.
 */
final class ConfigFile {

    /** Larger than any configuration people write. */
    static final int MAX_BYTES = 1 << 20;

    @JsonProperty("name")
    @Nullable
    String name;

    @JsonProperty("site")
    @Nullable
    String site;

    @JsonProperty("address")
    @Nullable
    String address;

    @JsonProperty("advertise")
    @Nullable
    List<String> advertise;

    @JsonProperty("source-address")
    @Nullable
    String sourceAddress;

    @JsonProperty("reflector-port")
    @Nullable
    Integer reflectorPort;

    @JsonProperty("data-dir")
    @Nullable
    String dataDir;

    @JsonProperty("aggregators")
    @Nullable
    List<String> aggregators;

    @JsonProperty("proxy")
    @Nullable
    String proxy;

    @JsonProperty("proxy-credentials-file")
    @Nullable
    String proxyCredentialsFile;

    @JsonProperty("token-file")
    @Nullable
    String tokenFile;

    @JsonProperty("wrapping-key-file")
    @Nullable
    String wrappingKeyFile;
    @JsonProperty("settings")
    @Nullable
    String settings;

    @JsonProperty("insecure")
    @Nullable
    Boolean insecure;

    @JsonProperty("host-metrics")
    @Nullable
    String hostMetrics;

    @JsonProperty("metrics")
    @Nullable
    Metrics metrics;

    @JsonProperty("membership")
    @Nullable
    Membership membership;

    @JsonProperty("spool")
    @Nullable
    Spool spool;

    @JsonProperty("endpoints")
    @Nullable
    List<Endpoint> endpoints;

    static final class Membership {

        @JsonProperty("mode")
        @Nullable
        String mode;

        @JsonProperty("address")
        @Nullable
        String address;

        @JsonProperty("port")
        @Nullable
        Integer port;

        @JsonProperty("seeds")
        @Nullable
        List<String> seeds;
    }

    static final class Spool {

        @JsonProperty("max-bytes")
        @Nullable
        String maxBytes;

        @JsonProperty("max-age")
        @Nullable
        String maxAge;
    }

    static final class Metrics {

        @JsonProperty("address")
        @Nullable
        String address;

        @JsonProperty("port")
        @Nullable
        Integer port;
    }

    static final class Endpoint {

        @JsonProperty("name")
        @Nullable
        String name;

        @JsonProperty("site")
        @Nullable
        String site;

        @JsonProperty("address")
        @Nullable
        String address;
    }

    static ConfigFile read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(
                        file + " is larger than " + MAX_BYTES + " bytes: not an agent's configuration");
            }
            String text = Files.readString(file);
            if (text.isBlank()) {
                return new ConfigFile();
            }
            ObjectMapper mapper = new ObjectMapper(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .build()).enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            return Optional.ofNullable(mapper.readValue(text, ConfigFile.class)).orElseGet(ConfigFile::new);
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no configuration file " + file + ": check --config", e);
        } catch (UnrecognizedPropertyException e) {
            throw new ConfigException(place(file, e.getLocation()) + "unknown key \"" + e.getPropertyName() + "\""
                    + suggestion(e) + "; known here: " + known(e), e);
        } catch (JsonMappingException e) {
            throw new ConfigException(place(file, e.getLocation()) + pathOf(e) + plain(e), e);
        } catch (JsonProcessingException e) {
            throw new ConfigException(place(file, e.getLocation()) + plain(e), e);
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String place(Path file, @Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1 ? file + ": " : file + ":" + location.getLineNr() + ": ";
    }

    private static String pathOf(JsonMappingException e) {
        String path = e.getPath()
                .stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "" : "\"" + path + "\": ";
    }

    private static String plain(JsonProcessingException e) {
        String first = Objects.requireNonNullElse(e.getOriginalMessage(), "not readable as YAML").lines()
                .findFirst()
                .orElse("not readable as YAML");
        if (first.startsWith("Cannot deserialize value of type")) {
            return "this kind of value does not fit here: write a text, number, list or section as in"
                    + " docs/agent-configuration.md";
        }
        return first;
    }

    private static String known(UnrecognizedPropertyException e) {
        return String.join(", ", names(e));
    }

    private static SortedSet<String> names(UnrecognizedPropertyException e) {
        SortedSet<String> names = new TreeSet<>();
        if (e.getKnownPropertyIds() != null) {
            e.getKnownPropertyIds().forEach(id -> names.add(id.toString()));
        }
        return names;
    }

    private static String suggestion(UnrecognizedPropertyException e) {
        return Spelling.closest(e.getPropertyName(), names(e))
                .map(name -> ", perhaps \"" + name + "\" was meant")
                .orElse("");
    }
}
