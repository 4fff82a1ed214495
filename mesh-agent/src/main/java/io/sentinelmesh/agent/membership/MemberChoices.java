package io.sentinelmesh.agent.membership;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.membership.DialBack;
import io.sentinelmesh.membership.MemberPort;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.membership.MembershipState;
import io.sentinelmesh.membership.ModeChoice;
import io.sentinelmesh.membership.SeatSettings;

/** What the choice of the mode goes by, and how often the dial-back is asked. Belongs to the membership's thread. */
public final class MemberChoices {

    /** An answer holds for so long. */
    static final Duration ASKING_AGAIN = Duration.ofMinutes(5);
    /** One try may fail for a reason that is none of the port's; a member gives up its seat only after so many. */
    static final int MEMBER_GIVES_UP_AFTER = 2;

    private final MembershipMode wanted;
    private final SeatSettings settings;
    private final IntSupplier agents;
    private final DialBack dialBack;
    private final LongSupplier nanoTime;
    private DialBack.@Nullable Answer answer;
    private long answeredNanos;
    private int failures;

    /**
     * @param agents known, this one included; for any thread
     */
    public MemberChoices(MembershipMode wanted, SeatSettings settings, IntSupplier agents, DialBack dialBack,
            LongSupplier nanoTime) {
        this.wanted = wanted;
        this.settings = settings;
        this.agents = agents;
        this.dialBack = dialBack;
        this.nanoTime = nanoTime;
    }

    MembershipState choose(MembershipMode now) {
        return ModeChoice.choose(wanted, now, agents.getAsInt(), () -> isReached(now),
                () -> MemberPort.whyNoMemberIsReached(settings));
    }

    private DialBack.Answer isReached(MembershipMode now) {
        DialBack.Answer known = answer;
        if (known != null && stillHolds(known)) {
            return known;
        }
        DialBack.Answer fresh = now == MembershipMode.MEMBER
                ? stillReached()
                : MemberPort.isReached(settings, dialBack);
        answer = fresh;
        answeredNanos = nanoTime.getAsLong();
        return fresh;
    }

    /** A member's port is held open by the cluster. While nobody can be asked it stays a member. */
    private DialBack.Answer stillReached() {
        return switch (MemberPort.isStillReached(settings, dialBack)) {
            case DialBack.Answer.NotReached why -> {
                failures++;
                yield failures < MEMBER_GIVES_UP_AFTER ? new DialBack.Answer.Reached() : why;
            }
            case DialBack.Answer.NobodyToAsk _ -> new DialBack.Answer.Reached();
            case DialBack.Answer.Reached reached -> {
                failures = 0;
                yield reached;
            }
        };
    }

    private boolean stillHolds(DialBack.Answer known) {
        return switch (known) {
            case DialBack.Answer.Reached _,DialBack.Answer.NotReached _ ->
                nanoTime.getAsLong() - answeredNanos < ASKING_AGAIN.toNanos();
            case DialBack.Answer.NobodyToAsk _ -> false;
        };
    }
}
