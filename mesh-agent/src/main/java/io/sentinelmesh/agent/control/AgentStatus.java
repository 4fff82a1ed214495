package io.sentinelmesh.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import io.sentinelmesh.agent.link.LinkStatus;
import io.sentinelmesh.agent.plan.PlanStatus;
import io.sentinelmesh.agent.settings.SettingsStatus;
import io.sentinelmesh.agent.spool.DropReason;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.spool.Tally;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.trust.Validity;

/**
 * One running agent as its own user sees it. The names of these components are those of the JSON, so they are kept.
 *
 * @param certificate empty without one, by --insecure
 */
public record AgentStatus(Instant at, Self agent, Rung measuring, Membership membership, List<Peer> peers,
        PlanStatus plan, Spool spool, LinkStatus link, Optional<Certificate> certificate, SettingsStatus settings,
        Health health) {

    /** @param boot names this run: results carry it */
    public record Self(NodeId id, String name, String site, String address, int reflectorPort, String version,
            UUID boot, Instant startedAt, long uptimeSeconds, long processId, String dataDir) {
    }

    /** @param remedy what would make it better; empty: it is the best there is */
    public record Rung(String kind, String rung, Optional<String> remedy) {

        public static Rung of(ProbeRung rung) {
            return new Rung(rung.kind().label(), rung.label(), rung.remedy());
        }
    }

    public record Membership(String mode, String reason) {
    }

    public record Peer(NodeId id, String name, String site, String address) {

        public static Peer of(MeshNode node) {
            return new Peer(node.id(), node.name(), node.site(), node.address());
        }
    }

    public record Count(long rounds, long results) {

        public static Count of(Tally tally) {
            return new Count(tally.rows(), tally.results());
        }
    }

    /**
     * made = acknowledged + waiting + all that was dropped.
     *
     * @param dropped by reason, those that occurred
     * @param trouble why nothing goes to disk at present
     */
    public record Spool(Count made, Count acknowledged, Count waiting, Map<String, Count> dropped,
            Optional<String> trouble) {

        public static Spool of(SpoolBalance balance, Optional<String> trouble) {
            Map<String, Count> dropped = new TreeMap<>();
            for (DropReason reason : DropReason.values()) {
                Tally tally = balance.dropped().of(reason);
                if (!tally.isZero()) {
                    dropped.put(reason.word(), Count.of(tally));
                }
            }
            return new Spool(Count.of(balance.made()), Count.of(balance.acknowledged()), Count.of(balance.waiting()),
                    dropped, trouble);
        }
    }

    /** @param remainingSeconds negative once it has ended */
    public record Certificate(Instant from, Instant until, Instant renewAt, long remainingSeconds, boolean endsSoon) {

        public static Certificate of(Validity validity, Instant now) {
            return new Certificate(validity.from(), validity.until(), validity.renewAt(),
                    validity.remaining(now).toSeconds(), validity.endsSoon(now));
        }
    }

    /** @param reason empty if it is well */
    public record Health(boolean impaired, String reason) {

        public static Health of(HealthVerdict verdict) {
            return new Health(verdict.impaired(), verdict.reason());
        }
    }

    public AgentStatus {
        peers = List.copyOf(peers);
    }

    /** What is not as it should be, a sentence each; empty: all is well. */
    public List<String> trouble() {
        List<String> trouble = new ArrayList<>();
        if (!link.linked()) {
            trouble.add("no link to the aggregator " + link.aggregator() + ": " + link.why().orElse(""));
        }
        if (health.impaired) {
            trouble.add("this agent is impaired, so its rows say nothing about the network: " + health.reason);
        }
        spool.trouble.ifPresent(why -> trouble.add("the spool cannot be written, rounds are kept in memory: " + why));
        certificate.filter(Certificate::endsSoon).ifPresent(ending -> trouble.add(ending.remainingSeconds < 0
                ? "the certificate ended at " + ending.until + " and is not renewed yet"
                : "the certificate ends in " + words(Duration.ofSeconds(ending.remainingSeconds))
                        + " and is not renewed yet"));
        settings.refused().ifPresent(refused -> trouble.add("settings version " + refused.version()
                + " are refused, version " + settings.version() + " stays in force: " + refused.reason()));
        return trouble;
    }

    /** The two largest units: {@code 4d 3h}, {@code 12m 5s}. */
    static String words(Duration time) {
        if (time.isNegative()) {
            return "-" + words(time.negated());
        }
        if (time.toDays() > 0) {
            return time.toDays() + "d " + time.toHoursPart() + "h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + "h " + time.toMinutesPart() + "m";
        }
        return time.toMinutes() > 0 ? time.toMinutes() + "m " + time.toSecondsPart() + "s" : time.toSeconds() + "s";
    }
}
