package io.sentinelmesh.wire;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.wire.proto.ClockOffset;
import io.sentinelmesh.wire.proto.Health;

/** An agent's health as a protobuf message and back. A value its record refuses passes as IllegalArgumentException. */
final class HealthForm {

    private HealthForm() {
    }

    static Health write(AgentHealth health) {
        ProberFigures prober = health.prober();
        ProcessFigures process = health.process();
        Health.Builder message = Health.newBuilder().setAtMicros(Scalars.micros(health.at()))
                .setWindowMicros(Scalars.micros(health.window())).addAllImpairments(numbers(health.verdict()))
                .setPacketsDue(prober.packetsDue()).setSendErrors(prober.sendErrors())
                .setDisturbed(prober.disturbed()).setSocketDrops(prober.socketDrops())
                .setDuplicates(prober.duplicates()).setTimerLatenessP99Micros(prober.timerLatenessP99Micros())
                .setTimerLatenessMaxMicros(prober.timerLatenessMaxMicros()).setCpuStealRatio(process.cpuStealRatio())
                .setGcPauseMaxMicros(process.gcPauseMaxMicros()).setOpenFiles(process.openFiles())
                .setOpenFilesLimit(process.openFilesLimit()).setHeapUsedBytes(process.heapUsedBytes())
                .setHeapMaxBytes(process.heapMaxBytes()).setSpoolWaiting(health.spool().waiting())
                .setSpoolDropped(health.spool().dropped());
        health.clock().ifPresent(clock -> message.setClock(ClockOffset.newBuilder()
                .setOffsetMicros(clock.offsetMicros()).setBoundMicros(clock.boundMicros())));
        return message.build();
    }

    static AgentHealth read(Health health) {
        return new AgentHealth(Scalars.instant(health.getAtMicros()), Scalars.duration(health.getWindowMicros()),
                new ProberFigures(health.getPacketsDue(), health.getSendErrors(), health.getDisturbed(),
                        health.getSocketDrops(), health.getDuplicates(), health.getTimerLatenessP99Micros(),
                        health.getTimerLatenessMaxMicros()),
                new ProcessFigures(health.getCpuStealRatio(), health.getGcPauseMaxMicros(), health.getOpenFiles(),
                        health.getOpenFilesLimit(), health.getHeapUsedBytes(), health.getHeapMaxBytes()),
                new SpoolFigures(health.getSpoolWaiting(), health.getSpoolDropped()), clock(health),
                verdict(health.getImpairmentsList()));
    }

    private static Optional<AgentHealth.ClockOffset> clock(Health health) {
        return health.hasClock()
                ? Optional.of(new AgentHealth.ClockOffset(health.getClock().getOffsetMicros(),
                        health.getClock().getBoundMicros()))
                : Optional.empty();
    }

    static List<Integer> numbers(HealthVerdict verdict) {
        return verdict.impairments().stream().map(Impairment::number).toList();
    }

    static HealthVerdict verdict(List<Integer> numbers) {
        FrameLimits.atMost(FrameLimits.MAX_IMPAIRMENTS, numbers.size(), "impairments");
        return numbers.isEmpty()
                ? HealthVerdict.WELL
                : new HealthVerdict(numbers.stream().map(Impairment::ofNumber).toList());
    }
}
