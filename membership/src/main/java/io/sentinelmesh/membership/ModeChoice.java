package io.sentinelmesh.membership;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides how an agent takes part. Members know of every failure within seconds, but every two of them hold a connection; a client costs the same
 * however many there are; and the link alone always does.
 */
public final class ModeChoice {

    /** Beyond so many agents they are clients: 61 members held together in our trials, and traffic grows with the square of the number. */
    public static final int MOST_MEMBERS = 60;
    /** So few again, and they become members again: well below, so that it doesn't go to and fro. */
    static final int MEMBERS_AGAIN = 45;

    private ModeChoice() {
    }

    /**
     * @param wanted by the configuration
     * @param now how it takes part at present; {@code NONE} also if it could not yet
     * @param agents known, itself included
     * @param dialBack is asked only if it matters
     * @param noMember why no member's port is reached, empty if one is; asked only of one that is to become a client
     */
    public static MembershipState choose(MembershipMode wanted, MembershipMode now, int agents,
            Supplier<DialBack.Answer> dialBack, Supplier<Optional<String>> noMember) {
        return switch (wanted) {
            case MEMBER, CLIENT, NONE -> new MembershipState(wanted, "as configured");
            case AUTO -> {
                MembershipState best = byCircumstances(now, agents, dialBack);
                // A client that has found members knows already.
                yield best.mode() == MembershipMode.CLIENT && now != MembershipMode.CLIENT
                        ? noMember.get().map(why -> new MembershipState(MembershipMode.NONE,
                                best.reason() + "; and " + why + ": the link to the aggregator alone")).orElse(best)
                        : best;
            }
        };
    }

    private static MembershipState byCircumstances(MembershipMode now, int agents,
            Supplier<DialBack.Answer> dialBack) {
        int most = now == MembershipMode.CLIENT ? MEMBERS_AGAIN : MOST_MEMBERS;
        if (agents > most) {
            return new MembershipState(MembershipMode.CLIENT, agents + " agents: with more than " + most
                    + (now == MembershipMode.CLIENT ? " they stay" : " they are") + " clients");
        }
        return switch (dialBack.get()) {
            case DialBack.Answer.Reached() -> new MembershipState(MembershipMode.MEMBER, "its member port is reached");
            case DialBack.Answer.NotReached(String why) -> new MembershipState(MembershipMode.CLIENT, why);
            case DialBack.Answer.NobodyToAsk() -> new MembershipState(MembershipMode.CLIENT,
                    "nobody to ask yet whether its member port is reached");
        };
    }
}
