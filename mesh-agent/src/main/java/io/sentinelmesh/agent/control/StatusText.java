package io.sentinelmesh.agent.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.sentinelmesh.agent.control.AgentStatus.Count;

/** A status as lines to read. */
final class StatusText {

    private static final int MOST_PEERS = 20;
    private static final int MOST_UNMET = 5;

    private final List<String> lines = new ArrayList<>();

    private StatusText() {
    }

    static List<String> of(AgentStatus status) {
        StatusText text = new StatusText();
        text.write(status);
        return text.lines;
    }

    private void write(AgentStatus status) {
        AgentStatus.Self self = status.agent();
        line("agent", self.name() + " (" + self.id() + ") of site " + self.site() + " at " + self.address()
                + (self.reflectorPort() > 0 ? ", STAMP port " + self.reflectorPort() : ""));
        line("version", self.version() + ", process " + self.processId() + ", boot " + self.boot() + ", up "
                + AgentStatus.words(Duration.ofSeconds(self.uptimeSeconds())));
        line("health", status.health().impaired() ? "impaired: " + status.health().reason() : "well");
        line("measures by", status.measuring().rung() + status.measuring().remedy()
                .map(remedy -> "; a better way exists: " + remedy).orElse(", the best way there is"));
        link(status);
        line("membership", status.membership().mode() + " (" + status.membership().reason() + ")");
        line("peers", status.peers().size() + peers(status.peers()));
        plan(status);
        spool(status.spool());
        line("certificate", status.certificate().map(StatusText::certificate).orElse("none: --insecure"));
        settings(status);
        status.trouble().forEach(trouble -> line("TROUBLE", trouble));
    }

    private void link(AgentStatus status) {
        String since = " since " + status.link().since();
        line("link", status.link().state().name().toLowerCase(Locale.ROOT) + ", " + status.link().aggregator() + since
                + status.link().mode().map(mode -> ", by " + mode).orElse("")
                + status.link().why().map(why -> ": " + why).orElse(""));
        status.link().clockOffset().ifPresent(offset -> line("clock", offset));
    }

    private static String peers(List<AgentStatus.Peer> peers) {
        String names = peers.stream().limit(MOST_PEERS).map(AgentStatus.Peer::name).collect(Collectors.joining(", "));
        String more = peers.size() > MOST_PEERS ? " and " + (peers.size() - MOST_PEERS) + " more" : "";
        return peers.isEmpty() ? "" : ": " + names + more;
    }

    private void plan(AgentStatus status) {
        line("plan", String.format(Locale.ROOT,
                "%d destinations, %.1f of at most %d packets/s; %d measured in the newest row, %d of them answer",
                status.plan().destinations(), status.plan().packetsPerSecond(), status.plan().budget(),
                status.plan().measured(), status.plan().answering()));
        status.plan().mesh().ifPresent(mesh -> line("coverage", mesh.words()));
        status.plan().unmet().stream().limit(MOST_UNMET).forEach(unmet -> line("not probed", unmet.toString()));
    }

    private void spool(AgentStatus.Spool spool) {
        line("spool", "waiting " + count(spool.waiting()) + "; made " + count(spool.made()) + ", acknowledged "
                + count(spool.acknowledged()));
        spool.dropped().forEach((reason, dropped) -> line("dropped", count(dropped) + ": " + reason));
    }

    private static String count(Count count) {
        return count.rounds() + " rounds (" + count.results() + " results)";
    }

    private static String certificate(AgentStatus.Certificate certificate) {
        return "until " + certificate.until() + ", "
                + AgentStatus.words(Duration.ofSeconds(certificate.remainingSeconds())) + " left; renewed from "
                + certificate.renewAt();
    }

    private void settings(AgentStatus status) {
        long version = status.settings().version();
        String differing = status.settings().differing();
        line("settings", (version == 0 ? "the standard ones" : "version " + version)
                + (differing.isEmpty() ? "" : ": " + differing));
        if (!status.settings().pinned().isEmpty()) {
            line("pinned here", String.join(", ", status.settings().pinned()));
        }
    }

    private void line(String what, String text) {
        // Some of it was written elsewhere, and this goes to a terminal.
        lines.add(String.format(Locale.ROOT, "%-12s %s", what, text.replaceAll("\\p{Cntrl}", "?")));
    }
}
