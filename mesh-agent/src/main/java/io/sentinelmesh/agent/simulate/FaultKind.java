package io.sentinelmesh.agent.simulate;

import java.util.Locale;

/** What can go wrong. A fault hits test packets on their way out, as a filter that keeps state does, so that each kind has cells of its own. */
enum FaultKind {

    SITE_EGRESS(Target.SITE, 1, "what a site's agents send to other sites: its rows"), SITE_INGRESS(Target.SITE, 1,
            "what other sites send to a site: its columns"), SITE_UPLINK(Target.SITE, 1,
                    "both: its rows and columns"), SITE_DOWN(Target.SITE, 1,
                            "all of a site's agents are gone: no link, no rows, no answers"), PARTITION(Target.SITE, 0,
                                    "between the named sites and all others, both ways"), PATH(Target.SITE, 2,
                                            "between two sites, both ways"), ONE_DIRECTION(Target.SITE, 2,
                                                    "from the first site to the second only"), AGENT_DOWN(Target.AGENT,
                                                            1, "one agent is gone"), IMPAIRED(Target.AGENT, 1,
                                                                    "one agent's prober is ill and says so: its row, not the network");

    enum Target {
        SITE, AGENT
    }

    private final Target target;
    private final int targets;
    private final String hits;

    FaultKind(Target target, int targets, String hits) {
        this.target = target;
        this.targets = targets;
        this.hits = hits;
    }

    Target target() {
        return target;
    }

    /** How many it takes; 0: one or more. */
    int targets() {
        return targets;
    }

    /** As on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people. */
    String hits() {
        return hits;
    }
}
