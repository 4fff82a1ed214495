package io.sentinelmesh.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.ProbeKind;

/** One message of the link between an agent and the aggregator: one WebSocket binary message each way. */
public sealed interface Frame {

    /**
     * The first frame of an agent on a new link.
     *
     * @param formatVersion {@link FrameCodec#FORMAT_VERSION} of the sender: the newest it speaks
     * @param boot new at every start of the agent's process; with the batch sequence it names a batch once and for all
     * @param kind how the agent measures at present
     * @param rung the step of the permission ladder it stands on, such as "icmp-datagram"
     * @param remedy the one line that would lift it to a better rung; empty if there is none better
     * @param settingsVersion of the {@link Settings} in force, 0 for none yet; empty: an agent from before there were any, which takes none
     * @param membership how it takes part in the cluster; empty from one that does not tell
     * @param oldestFormatVersion the oldest the sender speaks; one from before this was said speaks {@code formatVersion} alone
     */
    record Hello(int formatVersion, MeshNode agent, UUID boot, String softwareVersion, ProbeKind kind, String rung,
            String remedy, Instant startedAt, Instant sentAt, OptionalLong settingsVersion,
            Optional<Membership> membership, int oldestFormatVersion) implements Frame {
        public Hello {
            FormatRange _ = new FormatRange(oldestFormatVersion, formatVersion);
            requireNoControls("software version", softwareVersion);
            requireNoControls("rung", rung);
            requireNoControls("remedy", remedy);
            requireNotNegative("version of the settings", settingsVersion.orElse(0));
        }

        /** Of an agent that speaks one version. */
        public Hello(int formatVersion, MeshNode agent, UUID boot, String softwareVersion, ProbeKind kind, String rung,
                String remedy, Instant startedAt, Instant sentAt, OptionalLong settingsVersion) {
            this(formatVersion, agent, boot, softwareVersion, kind, rung, remedy, startedAt, sentAt, settingsVersion,
                    Optional.empty(), formatVersion);
        }

        /** Of an agent that knows no settings. */
        public Hello(int formatVersion, MeshNode agent, UUID boot, String softwareVersion, ProbeKind kind, String rung,
                String remedy, Instant startedAt, Instant sentAt) {
            this(formatVersion, agent, boot, softwareVersion, kind, rung, remedy, startedAt, sentAt,
                    OptionalLong.empty());
        }

        /** Of the same agent, judged by whoever heard it. */
        public Hello with(MeshNode.Reach reach) {
            return new Hello(formatVersion, agent.with(reach), boot, softwareVersion, kind, rung, remedy, startedAt,
                    sentAt, settingsVersion, membership, oldestFormatVersion);
        }

        /** The versions that the sender reads and writes. */
        public FormatRange formats() {
            return new FormatRange(oldestFormatVersion, formatVersion);
        }
    }

    /** The aggregator's settings for an agent, after HELLO and whenever they change. The highest version is the one in force. */
    record Config(long version, Duration roundLength, int packetsPerRound, List<MeshNode> peers) implements Frame {
        public Config {
            peers = List.copyOf(peers);
            requireNotNegative("version of the configuration", version);
            MatrixRow.requireRound(roundLength);
            if (packetsPerRound < 1 || packetsPerRound > FrameLimits.MAX_PACKETS_PER_CELL) {
                throw new IllegalArgumentException("a round has 1 to " + FrameLimits.MAX_PACKETS_PER_CELL
                        + " packets for each destination, not " + packetsPerRound);
            }
        }
    }

    /**
     * Finished rounds, kept by the agent until acknowledged. Self-contained, so that one can be read years later without the link it came on.
     *
     * @param sequence from 1, without gaps within a boot
     * @param sentAt when this batch was first put on a link: what a replay window judges
     * @param endpoints describes each destination in {@code rows} that is not an agent
     * @param roundsDropped rounds of this boot that the agent had to drop before sending, in all so far
     * @param health how well the agent was itself when it made this batch; empty from one that does not tell
     * @param metrics figures of its host that were read since the batch before
     * @param traces which ways its packets took, kept with the rounds
     */
    record Batch(NodeId agent, UUID boot, long sequence, Instant sentAt, List<MeshNode> endpoints, List<MatrixRow> rows,
            long roundsDropped, Optional<AgentHealth> health, List<HostMetric> metrics, List<PathTrace> traces)
            implements
                Frame {
        public Batch {
            endpoints = List.copyOf(endpoints);
            rows = List.copyOf(rows);
            metrics = List.copyOf(metrics);
            traces = List.copyOf(traces);
            if (sequence < 1) {
                throw new IllegalArgumentException("batches are numbered from 1, not " + sequence);
            }
            requireNotNegative("number of dropped rounds", roundsDropped);
        }

        /** Without traces. */
        public Batch(NodeId agent, UUID boot, long sequence, Instant sentAt, List<MeshNode> endpoints,
                List<MatrixRow> rows, long roundsDropped, Optional<AgentHealth> health, List<HostMetric> metrics) {
            this(agent, boot, sequence, sentAt, endpoints, rows, roundsDropped, health, metrics, List.of());
        }

        /** Of rounds alone. */
        public Batch(NodeId agent, UUID boot, long sequence, Instant sentAt, List<MeshNode> endpoints,
                List<MatrixRow> rows, long roundsDropped) {
            this(agent, boot, sequence, sentAt, endpoints, rows, roundsDropped, Optional.empty(), List.of());
        }
    }

    /**
     * The newest view of one row: not acknowledged, not stored, may be lost.
     *
     * @param verdict whether the row is to be believed
     */
    record Live(LiveRow row, List<MeshNode> endpoints, HealthVerdict verdict) implements Frame {
        public Live {
            endpoints = List.copyOf(endpoints);
        }

        /** Of a prober that is well. */
        public Live(LiveRow row, List<MeshNode> endpoints) {
            this(row, endpoints, HealthVerdict.WELL);
        }
    }

    /** Every batch of this boot up to {@code sequence} is committed (cumulative); 0 is none yet. */
    record Ack(UUID boot, long sequence) implements Frame {
        public Ack {
            requireNotNegative("acknowledged sequence", sequence);
        }
    }

    /** The agent may have this many unacknowledged batches under way, from now on. */
    record Credit(int batches) implements Frame {
        public Credit {
            requireNotNegative("credit", batches);
        }
    }

    /** Asks for a {@link Pong} with the same token; also keeps the link warm. */
    record Ping(long token, Instant sentAt) implements Frame {
    }

    record Pong(long token, Instant sentAt) implements Frame {
    }

    /** The agent leaves on purpose: no alarm. */
    record Goodbye(String reason) implements Frame {
    }

    /** The aggregator does not take this agent or frame; it closes the link after saying so. */
    record Refusal(Code code, String message) implements Frame {

        public enum Code {
            UNKNOWN(0), UNSUPPORTED_VERSION(1), NAME_TAKEN(2), MALFORMED(3), NOT_AUTHENTICATED(4), OUT_OF_ORDER(
                    5), OVERLOADED(6);

            private final int number;

            Code(int number) {
                this.number = number;
            }

            /** Stable: used on the wire, never renumbered. */
            public int number() {
                return number;
            }

            public static Code ofNumber(int number) {
                for (Code code : values()) {
                    if (code.number == number) {
                        return code;
                    }
                }
                return UNKNOWN;
            }
        }
    }

    /**
     * The settings of the mesh, as people wrote them; after HELLO and whenever they change. The agent judges them and answers.
     *
     * @param version from 1; a higher one is a later one of the same aggregator
     * @param document YAML or JSON, see docs/configuration.md
     */
    record Settings(long version, String document) implements Frame {
        public Settings {
            requireNumbered(version);
            if (document.length() > FrameLimits.MAX_SETTINGS_LENGTH) {
                throw new IllegalArgumentException(document.length() + " characters of settings, at most "
                        + FrameLimits.MAX_SETTINGS_LENGTH + " are taken");
            }
        }
    }

    /**
     * What became of {@link Settings} at an agent: in force, or refused, with what was in force before staying so.
     *
     * @param reason why not, with place and remedy; if accepted, what is to be known all the same, mostly nothing
     * @param pinned the keys that the agent's own file decides, whatever the document says
     */
    record SettingsReply(long version, boolean accepted, String reason, List<String> pinned) implements Frame {
        public SettingsReply {
            pinned = List.copyOf(pinned);
            requireNumbered(version);
            requireNoControls("reason", reason);
            pinned.forEach(key -> requireNoControls("pinned key", key));
        }
    }

    /**
     * How an agent takes part in the cluster by which agents find one another.
     *
     * @param mode "member", "client" or "none"
     * @param reason for people
     * @param localAddresses of its host's interfaces; empty: they say nothing of where its link comes from
     */
    record Membership(String mode, String reason, List<String> localAddresses) {
        public Membership {
            localAddresses = List.copyOf(localAddresses);
            requireNoControls("mode of the membership", mode);
            requireNoControls("reason of the mode", reason);
            localAddresses.forEach(address -> requireNoControls("local address", address));
        }
    }

    /** How an agent takes part now, and perhaps a question. */
    record DialBack(Membership membership, Optional<Question> question) implements Frame {

        /**
         * Does the aggregator reach this port?
         *
         * @param address IP literal; it is dialled only if the agent's link comes from it, or the agent is known by it
         * @param nonce what the port says at once to whoever connects; empty: nothing, for it is a member's
         */
        public record Question(long token, String address, int port, String nonce) {
            public Question {
                requireNoControls("address of the member port", address);
                requireNoControls("nonce", nonce);
                if (address.isEmpty() || port < 1 || port > 65_535) {
                    throw new IllegalArgumentException(
                            "a member port is 1 to 65535 at an address, not " + port + " at '" + address + "'");
                }
            }
        }
    }

    /**
     * What came of a {@link DialBack.Question}.
     *
     * @param reason for people
     * @param seenAddress where the agent's link comes from; empty if that is not known
     */
    record DialBackAnswer(long token, Outcome outcome, String reason, String seenAddress) implements Frame {
        public DialBackAnswer {
            requireNoControls("reason", reason);
            requireNoControls("seen address", seenAddress);
        }

        public enum Outcome {
            NOT_TRIED(0), REACHED(1), NOT_REACHED(2);

            private final int number;

            Outcome(int number) {
                this.number = number;
            }

            /** Stable: used on the wire, never renumbered. */
            public int number() {
                return number;
            }

            public static Outcome ofNumber(int number) {
                for (Outcome outcome : values()) {
                    if (outcome.number == number) {
                        return outcome;
                    }
                }
                return NOT_TRIED;
            }
        }
    }

    private static void requireNumbered(long version) {
        if (version < 1) {
            throw new IllegalArgumentException("versions of the settings are numbered from 1, not " + version);
        }
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " must not be negative: " + value);
        }
    }

    /** These texts are stored, logged and shown: a line break forges a log line, and PostgreSQL takes no NUL. */
    private static void requireNoControls(String what, String text) {
        text.chars().filter(Character::isISOControl).findFirst().ifPresent(control -> {
            throw new IllegalArgumentException(
                    what + " must not have control characters, but has U+%04X".formatted(control));
        });
    }
}
