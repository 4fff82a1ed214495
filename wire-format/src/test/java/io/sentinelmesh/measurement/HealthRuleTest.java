package io.sentinelmesh.measurement;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;

import static org.assertj.core.api.Assertions.assertThat;

/** The thresholds of docs/states.md, at each edge and from both sides. */
class HealthRuleTest {

    private record Figures(ProberFigures prober, ProcessFigures process) {
    }

    private static Figures prober(long due, long sendErrors, long drops, long p99, long max) {
        return new Figures(new ProberFigures(due, sendErrors, 0, drops, 0, p99, max), ProcessFigures.NONE);
    }

    private static Figures process(double steal, long gcPause, long files, long limit) {
        return new Figures(ProberFigures.NONE, new ProcessFigures(steal, gcPause, files, limit, 0, 0));
    }

    static Stream<Arguments> thresholds() {
        return Stream.of(
                threshold(Impairment.TIMER_LATE, 100_000, 50_000, 1,
                        late -> prober(1_000, 0, 0, (long) late, (long) late)),
                threshold(Impairment.STOPPED, 1_000_000, 500_000, 1, max -> prober(1_000, 0, 0, 0, (long) max)),
                threshold(Impairment.SEND_ERRORS, 500, 100, 1, errors -> prober(10_000, (long) errors, 0, 0, 0)),
                threshold(Impairment.SOCKET_DROPS, 100, 10, 1, drops -> prober(10_000, 0, (long) drops, 0, 0)),
                threshold(Impairment.CPU_STEAL, 0.2, 0.1, 0.001, steal -> process(steal, 0, 0, 0)),
                threshold(Impairment.GC_PAUSE, 500_000, 250_000, 1, pause -> process(0, (long) pause, 0, 0)),
                threshold(Impairment.FILES_EXHAUSTED, 950, 900, 1, files -> process(0, 0, (long) files, 1_000)));
    }

    private static Arguments threshold(Impairment impairment, double beginsAt, double endsBelow, double step,
            DoubleFunction<Figures> figures) {
        return Arguments.of(impairment, beginsAt, endsBelow, step, figures);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thresholds")
    void an_impairment_begins_at_the_upper_threshold_and_ends_below_the_lower(Impairment impairment, double beginsAt,
            double endsBelow, double step, DoubleFunction<Figures> figures) {
        HealthVerdict impaired = new HealthVerdict(List.of(impairment));

        assertThat(judge(HealthVerdict.WELL, figures.apply(beginsAt - step)).impairments()).doesNotContain(impairment);
        assertThat(judge(HealthVerdict.WELL, figures.apply(beginsAt)).impairments()).contains(impairment);
        assertThat(judge(impaired, figures.apply(endsBelow)).impairments()).contains(impairment);
        assertThat(judge(impaired, figures.apply(endsBelow - step)).impairments()).doesNotContain(impairment);
    }

    @Test
    void there_is_a_rule_for_each_impairment_but_the_unknown_one() {
        assertThat(thresholds().map(threshold -> threshold.get()[0])).containsExactlyInAnyOrderElementsOf(
                Stream.of(Impairment.values()).filter(impairment -> impairment != Impairment.OTHER)
                        .map(Object.class::cast).toList());
    }

    @Test
    void figures_of_nothing_are_well() {
        assertThat(judge(HealthVerdict.WELL, prober(0, 0, 0, 0, 0))).isEqualTo(HealthVerdict.WELL);
    }

    @Test
    void two_packets_that_could_not_be_sent_are_chance() {
        assertThat(judge(HealthVerdict.WELL, prober(10, 2, 0, 0, 0)).impaired()).isFalse();
        assertThat(judge(HealthVerdict.WELL, prober(10, 3, 0, 0, 0)).impaired()).isTrue();
    }

    @Test
    void a_limit_of_files_that_is_not_known_is_not_reached() {
        assertThat(judge(HealthVerdict.WELL, process(0, 0, 100_000, 0)).impaired()).isFalse();
    }

    @Test
    void several_reasons_are_told_in_one_line() {
        HealthVerdict verdict = judge(HealthVerdict.WELL,
                new Figures(new ProberFigures(100, 0, 0, 0, 0, 120_000, 120_000),
                        new ProcessFigures(0.5, 0, 0, 0, 0, 0)));

        assertThat(verdict.reason())
                .isEqualTo("the measuring thread is called late; the hypervisor takes the processor away");
    }

    @Test
    void a_number_of_an_impairment_is_never_given_twice() {
        assertThat(Stream.of(Impairment.values()).map(Impairment::number)).doesNotHaveDuplicates();
        assertThat(Stream.of(Impairment.values()))
                .allSatisfy(impairment -> assertThat(Impairment.ofNumber(impairment.number())).isEqualTo(impairment));
    }

    private static HealthVerdict judge(HealthVerdict before, Figures figures) {
        return HealthRule.judge(before, figures.prober(), figures.process());
    }
}
