package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardFilesTest {

    private RunningAggregator aggregator;

    @BeforeAll
    void start(@TempDir Path dataDir) throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
    }

    @AfterAll
    void stop() {
        aggregator.close();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void a_file_named_after_its_content_may_be_kept_for_ever() {
        HttpResponse<String> answer = aggregator.get("/assets/sample-1a2B3c4d.js");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).startsWith("text/javascript");
        assertThat(header(answer, "Cache-Control")).contains("immutable");
    }

    @Test
    void any_other_file_is_asked_for_again_and_not_sent_again() {
        HttpResponse<String> first = aggregator.get("/sample.txt");
        HttpResponse<String> second = aggregator.get("/sample.txt", "If-None-Match", header(first, "ETag"));

        assertThat(header(first, "Cache-Control")).isEqualTo("no-cache");
        assertThat(first.body()).startsWith("a file");
        assertThat(second.statusCode()).isEqualTo(304);
    }

    @Test
    void the_first_page_is_the_dashboard() {
        HttpResponse<String> answer = aggregator.get("/", "Accept", "text/html");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).startsWith("text/html");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void an_unknown_page_is_the_dashboard_for_a_browser_and_a_problem_for_a_program() {
        assertThat(aggregator.get("/agents", "Accept", "text/html,*/*").statusCode()).isEqualTo(200);
        assertThat(aggregator.get("/agents", "Accept", "application/json").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../openapi.yaml", "/%2e%2e/openapi.yaml", "/..%2fopenapi.yaml",
            "/assets/../../openapi.yaml",
            "/.hidden.txt", "/assets/.hidden.js", "/nothing.js", "/sample.txt/", "/assets//%5c..%5copenapi.yaml",
            "/openapi.yaml", "/logback.xml", "/assets/%00.js"})
    void nothing_but_the_dashboards_own_files_is_served(String path) {
        assertThat(aggregator.get(path, "Accept", "*/*").statusCode()).isIn(400, 404);
    }
}
