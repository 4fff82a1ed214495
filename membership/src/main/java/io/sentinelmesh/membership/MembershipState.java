package io.sentinelmesh.membership;

/**
 * How an agent takes part now, and why so: for people.
 *
 * @param mode never {@link MembershipMode#AUTO}
 */
public record MembershipState(MembershipMode mode, String reason) {

    public MembershipState {
        if (mode == MembershipMode.AUTO) {
            throw new IllegalArgumentException("auto is a wish, not a state");
        }
    }

    /** On one line. */
    public String text() {
        return mode.text() + " (" + reason + ")";
    }
}
