package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds JSON against the schemas of openapi.yaml; stricter than the document in that nothing may be there that it does not name. */
final class OpenApi {

    private final JsonNode document;

    private OpenApi(JsonNode document) {
        this.document = document;
    }

    static OpenApi ours() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            return new OpenApi(new YAMLMapper().readTree(Objects.requireNonNull(in)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    void assertValid(JsonObject json, String schema) {
        List<String> faults = new ArrayList<>();
        try {
            check("$", new ObjectMapper().readTree(json.encode()), document.at("/components/schemas/" + schema),
                    faults);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        assertThat(faults).as(() -> schema + ": " + json.encodePrettily()).isEmpty();
    }

    private void check(String at, JsonNode value, JsonNode schema, List<String> faults) {
        assertThat(schema.isMissingNode()).as("a schema for " + at).isFalse();
        if (schema.has("$ref")) {
            check(at, value, document.at(schema.get("$ref").asText().substring(1)), faults);
            return;
        }
        if (schema.has("allOf")) {
            schema.get("allOf").forEach(part -> check(at, value, part, faults));
            return;
        }
        switch (schema.get("type").asText()) {
            case "object" -> checkObject(at, value, schema, faults);
            case "array" -> {
                expect(value.isArray(), at + " is no array", faults);
                for (int i = 0; i < value.size(); i++) {
                    check(at + "[" + i + "]", value.get(i), schema.get("items"), faults);
                }
            }
            case "string" -> checkString(at, value, schema, faults);
            case "integer" -> expect(value.isIntegralNumber(), at + " is no integer: " + value, faults);
            case "number" -> expect(value.isNumber(), at + " is no number: " + value, faults);
            case "boolean" -> expect(value.isBoolean(), at + " is no boolean: " + value, faults);
            default -> faults.add(at + " has an unknown type in the document");
        }
    }

    private void checkObject(String at, JsonNode value, JsonNode schema, List<String> faults) {
        expect(value.isObject(), at + " is no object", faults);
        schema.path("required").forEach(name -> expect(value.has(name.asText()), at + "." + name.asText()
                + " is missing", faults));
        value.fieldNames().forEachRemaining(name -> {
            if (schema.path("properties").has(name)) {
                check(at + "." + name, value.get(name), schema.get("properties").get(name), faults);
            } else if (schema.has("additionalProperties")) {
                check(at + "." + name, value.get(name), schema.get("additionalProperties"), faults);
            } else {
                faults.add(at + "." + name + " is not in the document");
            }
        });
    }

    private static void checkString(String at, JsonNode value, JsonNode schema, List<String> faults) {
        expect(value.isTextual(), at + " is no text: " + value, faults);
        if (schema.has("enum")) {
            List<String> allowed = new ArrayList<>();
            schema.get("enum").forEach(one -> allowed.add(one.asText()));
            expect(allowed.contains(value.asText()), at + " is none of " + allowed + ": " + value, faults);
        }
        try {
            switch (schema.path("format").asText()) {
                case "uuid" -> UUID.fromString(value.asText());
                case "date-time" -> OffsetDateTime.parse(value.asText());
                default -> {
                }
            }
        } catch (RuntimeException badFormat) {
            faults.add(at + " is no " + schema.path("format").asText() + ": " + value);
        }
    }

    private static void expect(boolean claim, String fault, List<String> faults) {
        if (!claim) {
            faults.add(fault);
        }
    }
}
