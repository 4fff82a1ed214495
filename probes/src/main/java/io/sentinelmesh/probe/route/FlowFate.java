package io.sentinelmesh.probe.route;

import java.util.Locale;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.refusal.LocalRefusals;
import io.sentinelmesh.probe.route.Answer.Refusal;

/** What became of the packets of one flow. */
sealed interface FlowFate {

    /** One word for scripts. */
    String word();

    record Reached() implements FlowFate {
        @Override
        public String word() {
            return "reached";
        }
    }

    /** Others arrived, and what is silent beyond this flow's last answer answers now and then: it may limit that. */
    record MaybeRateLimited() implements FlowFate {
        @Override
        public String word() {
            return "maybe-rate-limited";
        }
    }

    /** @param lastAnswered hop limit; 0 if nobody answered */
    record Unreached(int lastAnswered) implements FlowFate {
        @Override
        public String word() {
            return "unreached";
        }
    }

    record Loop() implements FlowFate {
        @Override
        public String word() {
            return "loop";
        }
    }

    /** @param hopLimit of the router that turned them away; 0: this host */
    record Refused(int hopLimit, Refusal refusal) implements FlowFate {

        static Refused here(RefusalReason reason) {
            return new Refused(0, new Refusal(LocalRefusals.THIS_HOST, 0, reason));
        }

        @Override
        public String word() {
            return refusal.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
