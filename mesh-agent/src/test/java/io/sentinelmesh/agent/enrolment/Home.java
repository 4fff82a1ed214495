package io.sentinelmesh.agent.enrolment;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.WrappingKey;

/** An agent's folders, and what it does with them; each call opens them anew, as a process that starts does. */
final class Home {

    final Path data;
    final Path wrappingKey;
    final List<Duration> pauses = new ArrayList<>();
    private final MovedClock clock;

    private ProxySettings proxy = new ProxySettings.None();

    Home(Path folder, MovedClock clock) {
        this.data = folder.resolve("data");
        this.wrappingKey = folder.resolve("elsewhere").resolve("oslo.key");
        this.clock = clock;
    }

    Joining.Outcome join(URI door, JoinToken... token) throws InterruptedException {
        return join(door, false, token);
    }

    /** From now on its way to the aggregator leads through this. */
    void behind(ProxySettings box) {
        proxy = box;
    }

    Joining.Outcome join(URI door, boolean anew, JoinToken... token) throws InterruptedException {
        try (DataFolder folder = DataFolder.open(data)) {
            return new Joining(folder, vault(), clock, pauses::add).join(config(door).through(proxy), List.of(token),
                    anew, Map.of());
        }
    }

    AgentIdentity identity() {
        try (DataFolder folder = DataFolder.open(data)) {
            return AgentIdentity.open(folder, vault(), clock).orElseThrow();
        }
    }

    private KeyVault vault() {
        return new KeyVault(data.resolve("identity"), WrappingKey.find(Map.of(), wrappingKey, data));
    }

    AgentConfig config(URI door) {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        return new AgentConfig("oslo", "oslo", false, loopback, Optional.empty(), OptionalInt.of(0), data,
                List.of(door),
                Optional.empty(), wrappingKey, false,
                new AgentConfig.Membership(MembershipMode.NONE, loopback, 1, List.of()), List.of(),
                SettingsDocument.EMPTY, Optional.empty());
    }
}
