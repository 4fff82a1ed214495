package io.sentinelmesh.agent.plan;

/**
 * Something that the policy asks for and the plan cannot give.
 *
 * @param what in words: a pair of sites, an endpoint
 */
public record Unmet(String what, Why why) {

    public enum Why {
        BUDGET("the budget of packets is used up"), TOO_FEW_AGENTS("its sites have too few agents"), UNREACHABLE(
                "no agent of it can be reached"), NO_KIND(
                        "nothing that is asked for can be measured there"), NO_AGENT_FITS(
                                "no agent fits its selector"), TOO_MANY(
                                        "an agent has at most " + MeshPlan.MAX_DESTINATIONS + " destinations");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    @Override
    public String toString() {
        return what + ": " + why.words();
    }
}
