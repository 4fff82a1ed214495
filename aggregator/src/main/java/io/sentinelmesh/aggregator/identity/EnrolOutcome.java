package io.sentinelmesh.aggregator.identity;

import java.security.cert.X509Certificate;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;

/** What an agent that asked for a certificate gets. */
public sealed interface EnrolOutcome {

    /** @param chain the agent's certificate first */
    record Certified(NodeId agent, String name, String site, List<X509Certificate> chain) implements EnrolOutcome {
        public Certified {
            chain = List.copyOf(chain);
        }
    }

    /** @param words what is wrong and what to do, for a person */
    record Refused(Objection objection, String words) implements EnrolOutcome {
    }
}
