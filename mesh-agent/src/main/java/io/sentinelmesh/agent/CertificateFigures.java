package io.sentinelmesh.agent;

import java.time.InstantSource;
import java.util.function.Supplier;

import io.sentinelmesh.agent.local.AgentMetrics;
import io.sentinelmesh.trust.Validity;

/** The certificate's life among the agent's own figures. */
final class CertificateFigures {

    private CertificateFigures() {
    }

    static void register(AgentMetrics metrics, Supplier<Validity> validity, InstantSource clock) {
        metrics.gauge("sentinel_agent_certificate_remaining_seconds",
                "Until this agent's certificate ends; negative once it has. Renewed when a third is left.", "seconds",
                () -> validity.get().remaining(clock.instant()).toSeconds());
        metrics.gauge("sentinel_agent_certificate_life_seconds", "How long it lives in all.", "seconds",
                () -> validity.get().life().toSeconds());
    }
}
