package io.sentinelmesh.agent;

import io.sentinelmesh.agent.plan.MeshPolicy;
import io.sentinelmesh.agent.plan.PlannedKind;
import io.sentinelmesh.agent.plan.Selector;
import io.sentinelmesh.settings.MeshRules;
import io.sentinelmesh.settings.Settings;
import io.sentinelmesh.settings.SettingsKeys;

/** What the settings' section {@code mesh} means for the plan. */
final class SettingsPolicy {

    private SettingsPolicy() {
    }

    /** @throws IllegalArgumentException if the plan refuses what each key by itself allows, such as a rotation that is no multiple of its slot */
    static MeshPolicy of(Settings settings) {
        return new MeshPolicy(settings.get(SettingsKeys.FULL_MESH_UP_TO), settings.get(SettingsKeys.NEIGHBOURS_IN_SITE),
                settings.get(SettingsKeys.PAIRS_BETWEEN_SITES), settings.get(SettingsKeys.ROTATION),
                settings.get(SettingsKeys.PLANNED_PACKETS),
                settings.get(SettingsKeys.LABELS).stream().map(SettingsPolicy::labels).toList(),
                settings.get(SettingsKeys.PROBES).stream().map(SettingsPolicy::probes).toList(),
                settings.get(SettingsKeys.ENDPOINTS).stream().map(SettingsPolicy::endpoint).toList());
    }

    private static MeshPolicy.LabelRule labels(MeshRules.Label rule) {
        return new MeshPolicy.LabelRule(selector(rule.match()), rule.set());
    }

    private static MeshPolicy.ProbeRule probes(MeshRules.Probes rule) {
        return new MeshPolicy.ProbeRule(selector(rule.from()), selector(rule.to()),
                rule.kinds().stream().map(pace -> new MeshPolicy.KindPace(kind(pace.kind()), pace.every())).toList());
    }

    private static MeshPolicy.EndpointRule endpoint(MeshRules.Endpoint rule) {
        return new MeshPolicy.EndpointRule(rule.name(), rule.address(), rule.site(), selector(rule.from()),
                rule.redundancy());
    }

    private static PlannedKind kind(MeshRules.Kind kind) {
        return switch (kind) {
            case ICMP -> PlannedKind.ICMP;
            case STAMP -> PlannedKind.STAMP;
            case TCP -> PlannedKind.TCP;
        };
    }

    private static Selector selector(io.sentinelmesh.settings.Selector selector) {
        return new Selector(selector.name(), selector.site(), selector.labels());
    }
}
