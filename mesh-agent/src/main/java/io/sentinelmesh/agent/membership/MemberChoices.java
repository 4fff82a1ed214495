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

    /** An answer holds for so long; a member keeps its port busy and is not asked about again. */
    static final Duration ASKING_AGAIN = Duration.ofMinutes(5);

    private final MembershipMode wanted;
    private final SeatSettings settings;
    private final IntSupplier agents;
    private final DialBack dialBack;
    private final LongSupplier nanoTime;
    private DialBack.@Nullable Answer answer;
    private long answeredNanos;

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
        return ModeChoice.choose(wanted, now, agents.getAsInt(), () -> isReached(now));
    }

    private DialBack.Answer isReached(MembershipMode now) {
        DialBack.Answer known = answer;
        if (known != null && (now == MembershipMode.MEMBER || stillHolds(known))) {
            return known;
        }
        DialBack.Answer fresh = MemberPort.isReached(settings.address(), settings.port(), dialBack);
        answer = fresh;
        answeredNanos = nanoTime.getAsLong();
        return fresh;
    }

    private boolean stillHolds(DialBack.Answer known) {
        return switch (known) {
            case DialBack.Answer.Reached _,DialBack.Answer.NotReached _ ->
                nanoTime.getAsLong() - answeredNanos < ASKING_AGAIN.toNanos();
            case DialBack.Answer.NobodyToAsk _ -> false;
        };
    }
}
