package io.sentinelmesh.probe.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chain of certificates and what is wrong with it.
 *
 * @param chain as the server sent it, its own certificate first; at least one
 * @param problems the gravest first; none if the chain proves the name
 * @param judged when
 */
public record ChainVerdict(List<CertificateFacts> chain, List<CertificateProblem> problems, Instant judged) {

    public ChainVerdict {
        chain = List.copyOf(chain);
        problems = List.copyOf(problems);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least the server's own certificate");
        }
    }

    /** Of whichever certificate of the chain ends first. */
    public Instant ends() {
        return chain.stream().map(CertificateFacts::notAfter).min(Instant::compareTo).orElseThrow();
    }

    /** Whole days until a certificate of the chain ends, rounded down; negative when one has ended. */
    public long daysLeft() {
        return Math.floorDiv(Duration.between(judged, ends()).toSeconds(), Duration.ofDays(1).toSeconds());
    }

    /** For {@code --json}. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("days_left", daysLeft());
        values.put("problems", problems.stream().map(CertificateProblem::word).toList());
        values.put("chain", chain.stream().map(CertificateFacts::values).toList());
        return values;
    }

    /** For people. */
    public List<String> lines() {
        CertificateFacts own = chain.getFirst();
        return List.of("certificate: " + own.subject() + ", issued by " + own.issuer(),
                "certificate: ends " + ends() + ", " + daysLeft() + " days left, " + chain.size() + " in the chain");
    }
}
