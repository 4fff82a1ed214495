package io.sentinelmesh.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import io.sentinelmesh.measurement.HostMetric;

import static org.assertj.core.api.Assertions.assertThat;

/** The catalogue, the code, the page for people and what is really read say the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogueTest {

    /** As in the file; what is left out there is empty here. */
    record Entry(String name, String group, String type, @Nullable String unit, String cost,
            @Nullable List<String> labels, String description) {

        String unitText() {
            return unit == null ? "" : unit;
        }

        List<String> labelKeys() {
            return labels == null ? List.of() : labels;
        }
    }

    private List<Entry> catalogue = List.of();

    @BeforeAll
    void read() throws IOException {
        catalogue = new ObjectMapper(new YAMLFactory()).readValue(
                Path.of("src", "main", "resources", "host-metrics.yaml").toFile(), new TypeReference<>() {
                });
    }

    @Test
    void the_code_knows_the_names_of_the_catalogue_and_no_others() {
        assertThat(Stream.of(HostMetricName.values())
                .map(name -> List.of(name.text(), name.kind().name().toLowerCase(Locale.ROOT), name.unit(),
                        name.labels())))
                .containsExactlyElementsOf(catalogue.stream()
                        .map(entry -> List.<Object>of(entry.name, entry.type, entry.unitText(), entry.labelKeys()))
                        .toList());
    }

    @Test
    void no_name_stands_twice_and_each_ends_in_its_unit() {
        assertThat(catalogue.stream().map(Entry::name)).doesNotHaveDuplicates();
        assertThat(catalogue).allSatisfy(entry -> {
            String ending = (entry.unitText().isEmpty() ? "" : "_" + entry.unitText())
                    + (entry.type.equals("counter") ? "_total" : "");
            assertThat(entry.name).startsWith("host_").endsWith(ending);
            assertThat(entry.description).isNotBlank();
        });
    }

    @Test
    void each_name_is_read_by_some_reader() {
        Set<String> used = new HashSet<>();
        for (JavaClass reader : new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.sentinelmesh.agent.host")) {
            if (!reader.isAssignableTo(HostMetricName.class)) {
                reader.getFieldAccessesFromSelf().stream().map(JavaFieldAccess::getTarget)
                        .filter(field -> field.getOwner().isAssignableTo(HostMetricName.class))
                        .forEach(field -> used.add(field.getName()));
            }
        }

        assertThat(used).containsExactlyInAnyOrderElementsOf(
                Stream.of(HostMetricName.values()).map(Enum::name).toList());
    }

    @Test
    void a_group_is_read_as_often_as_the_catalogue_says() {
        Map<String, Set<String>> costs = catalogue.stream().collect(
                Collectors.groupingBy(Entry::group, Collectors.mapping(Entry::cost, Collectors.toSet())));
        costs.remove("reading");

        assertThat(HostReaders.all(HostPlan.STANDARD).stream().collect(Collectors.toMap(HostReader::group,
                reader -> Set.of(reader.cost().name().toLowerCase(Locale.ROOT))))).isEqualTo(costs);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void what_is_read_from_this_host_is_in_the_catalogue() {
        Map<String, Entry> byName = catalogue.stream().collect(Collectors.toMap(Entry::name, entry -> entry));
        List<HostMetric> read = new ArrayList<>();
        for (HostReader reader : HostReaders.all(HostPlan.STANDARD)) {
            Readings readings = new Readings(Instant.EPOCH);
            reader.read(readings);
            assertThat(readings.metrics()).allSatisfy(metric -> {
                Entry entry = byName.get(metric.name());
                assertThat(entry).as(metric.name()).isNotNull();
                assertThat(entry.group).isEqualTo(reader.group());
                assertThat(entry.unitText()).isEqualTo(metric.unit());
                assertThat(entry.labelKeys()).containsExactlyInAnyOrderElementsOf(metric.labels().keySet());
            });
            read.addAll(readings.metrics());
        }
        assertThat(read).extracting(HostMetric::name).contains("host_cpu_seconds_total", "host_memory_bytes",
                "host_uptime_seconds", "host_network_bytes_total", "host_processes", "host_tcp_connections",
                "host_process_resident_bytes");
    }

    @Test
    void the_page_for_people_is_the_catalogue() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "host-metrics.md")).stream()
                .filter(line -> line.startsWith("| `host_")).toList();

        assertThat(rows).containsExactlyElementsOf(catalogue.stream()
                .map(entry -> "| `%s` | %s | %s | %s | %s | %s |".formatted(entry.name, entry.type, entry.unitText(),
                        entry.cost.equals("cheap") ? "30 s" : "5 min", String.join(", ", entry.labelKeys()),
                        entry.description))
                .toList());
        assertThat(Cost.CHEAP.interval()).hasSeconds(30);
        assertThat(Cost.HEAVY.interval()).hasMinutes(5);
    }
}
