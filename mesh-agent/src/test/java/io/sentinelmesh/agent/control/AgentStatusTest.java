package io.sentinelmesh.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.agent.link.LinkStatus;
import io.sentinelmesh.agent.plan.PlanStatus;
import io.sentinelmesh.agent.plan.Unmet;
import io.sentinelmesh.agent.settings.SettingsStatus;
import io.sentinelmesh.agent.spool.DropReason;
import io.sentinelmesh.agent.spool.Drops;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.spool.Tally;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.Validity;

import static org.assertj.core.api.Assertions.assertThat;

class AgentStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");
    private static final LinkStatus LINKED = new LinkStatus(LinkStatus.State.LINKED, "https://192.0.2.1:7422", NOW,
            Optional.empty(), Optional.of("websocket"), Optional.of("2.1 ms ahead, within 0.4 ms"));
    private static final LinkStatus REFUSED = new LinkStatus(LinkStatus.State.REFUSED, "https://192.0.2.1:7422", NOW,
            Optional.of("the name is \u001b[31mtaken"), Optional.empty(), Optional.empty());
    private static final SettingsStatus SETTINGS = new SettingsStatus(3, "rounds.packets=20", List.of("echo"),
            Optional.empty());

    private static AgentStatus status(LinkStatus link, Duration left, SettingsStatus settings, HealthVerdict verdict,
            Optional<String> spoolTrouble) {
        Validity validity = new Validity(NOW.plus(left).minus(Duration.ofDays(7)), NOW.plus(left));
        return new AgentStatus(NOW, new AgentStatus.Self(NodeId.random(), "oslo", "north", "192.0.2.7", 18620, "0.1",
                UUID.randomUUID(), NOW.minusSeconds(3_725), 3_725, 4711, "/data"),
                new AgentStatus.Rung("tcp-connect", "tcp-connect", Optional.of("sysctl")),
                new AgentStatus.Membership("client", "nobody reaches the port"),
                List.of(new AgentStatus.Peer(NodeId.random(), "lyon", "south", "192.0.2.8")),
                new PlanStatus(4, 8.0, 6_000, 4, 3, List.of(new Unmet("shop", Unmet.Why.BUDGET)), Optional.empty()),
                AgentStatus.Spool.of(new SpoolBalance(new Tally(10, 30), new Tally(6, 18), new Tally(3, 9),
                        Drops.of(DropReason.AGE, new Tally(1, 3))), spoolTrouble),
                link, Optional.of(AgentStatus.Certificate.of(validity, NOW)), settings,
                AgentStatus.Health.of(verdict));
    }

    private static AgentStatus well() {
        return status(LINKED, Duration.ofDays(3), SETTINGS, HealthVerdict.WELL, Optional.empty());
    }

    private static AgentStatus ill() {
        return status(REFUSED, Duration.ofHours(5),
                new SettingsStatus(3, "", List.of(), Optional.of(new SettingsStatus.Refused(4, "no such key"))),
                new HealthVerdict(List.of(Impairment.STOPPED)), Optional.of("disk full"));
    }

    @Test
    void an_agent_in_good_order_has_no_trouble_and_the_command_ends_with_0() throws Exception {
        Heard heard = new Heard();

        assertThat(new StatusOrder(AgentStatusTest::well).run(List.of(), heard)).isZero();
        assertThat(heard.out).noneMatch(line -> line.startsWith("TROUBLE"))
                .anyMatch(line -> line.contains("2026-01-11T00:00:00Z, 3d 0h left"))
                .anyMatch(line -> line.matches("link +linked.*by websocket"))
                .anyMatch(line -> line.matches("clock +2.1 ms ahead.*"))
                .anyMatch(line -> line.matches("settings +version 3: rounds.packets=20"))
                .anyMatch(line -> line.matches("pinned here +echo"))
                .anyMatch(line -> line.matches("dropped +1 rounds \\(3 results\\).*"))
                .anyMatch(line -> line.matches("not probed +shop.*"));
    }

    @Test
    void each_trouble_is_named_and_the_command_ends_with_1() throws Exception {
        Heard heard = new Heard();

        assertThat(new StatusOrder(AgentStatusTest::ill).run(List.of(), heard)).isEqualTo(1);
        assertThat(heard.out.stream().filter(line -> line.startsWith("TROUBLE"))).hasSize(5)
                .anyMatch(line -> line.contains("taken")).anyMatch(line -> line.contains("impaired"))
                .anyMatch(line -> line.contains("disk full")).anyMatch(line -> line.contains("ends in 5h 0m"))
                .anyMatch(line -> line.contains("version 4 are refused") && line.contains("no such key"));
    }

    @Test
    void what_others_wrote_cannot_command_the_terminal() throws Exception {
        Heard heard = new Heard();
        new StatusOrder(AgentStatusTest::ill).run(List.of(), heard);

        assertThat(heard.out).noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void as_json_it_says_all_of_that() throws Exception {
        Heard heard = new Heard();
        new StatusOrder(AgentStatusTest::ill).run(List.of("json"), heard);

        JsonNode status = new ObjectMapper().readTree(heard.out.getFirst());
        assertThat(heard.out).hasSize(1);
        assertThat(status.at("/agent/name").asText()).isEqualTo("oslo");
        assertThat(status.at("/agent/id").asText()).hasSize(36);
        assertThat(status.at("/agent/boot").asText()).hasSize(36);
        assertThat(status.at("/measuring/remedy").asText()).isEqualTo("sysctl");
        assertThat(status.at("/peers/0/name").asText()).isEqualTo("lyon");
        assertThat(status.at("/plan/destinations").asInt()).isEqualTo(4);
        assertThat(status.at("/plan/unmet/0/why").asText()).isEqualTo("budget");
        assertThat(status.at("/plan/mesh").isNull()).isTrue();
        assertThat(status.at("/spool/waiting/results").asInt()).isEqualTo(9);
        assertThat(status.at("/link/state").asText()).isEqualTo("refused");
        assertThat(status.at("/link/why").asText()).isEqualTo("the name is \u001b[31mtaken");
        assertThat(status.at("/certificate/remainingSeconds").asLong()).isEqualTo(5 * 3_600);
        assertThat(status.at("/certificate/endsSoon").asBoolean()).isTrue();
        assertThat(status.at("/settings/refused/version").asLong()).isEqualTo(4);
        assertThat(status.at("/health/impaired").asBoolean()).isTrue();
        assertThat(status.at("/trouble")).hasSize(5);
    }
}
