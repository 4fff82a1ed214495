package io.sentinelmesh.membership;

import java.util.Optional;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class ModeChoiceTest {

    private static final Supplier<DialBack.Answer> REACHED = DialBack.Answer.Reached::new;
    private static final Supplier<DialBack.Answer> NOT_ASKED = () -> {
        throw new AssertionError("nobody need be asked");
    };

    private static MembershipState auto(MembershipMode now, int agents, Supplier<DialBack.Answer> dialBack) {
        return ModeChoice.choose(MembershipMode.AUTO, now, agents, dialBack, Optional::empty);
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMBER", "CLIENT", "NONE"})
    void what_is_configured_holds_whatever_the_circumstances(MembershipMode wanted) {
        MembershipState state = ModeChoice.choose(wanted, MembershipMode.NONE, 10_000, NOT_ASKED, Optional::empty);

        assertThat(state).isEqualTo(new MembershipState(wanted, "as configured"));
    }

    @Test
    void a_member_is_one_whose_port_is_reached() {
        assertThat(auto(MembershipMode.NONE, 2, REACHED).mode()).isEqualTo(MembershipMode.MEMBER);
    }

    @Test
    void whose_port_is_not_reached_is_a_client_and_says_why() {
        assertThat(auto(MembershipMode.NONE, 2, () -> new DialBack.Answer.NotReached("no answer within 5 s")))
                .isEqualTo(new MembershipState(MembershipMode.CLIENT, "no answer within 5 s"));
    }

    @Test
    void who_is_not_reached_and_reaches_no_member_takes_no_part_and_says_both() {
        MembershipState state = ModeChoice.choose(MembershipMode.AUTO, MembershipMode.NONE, 2,
                () -> new DialBack.Answer.NotReached("no answer within 3 s"),
                () -> Optional.of("no member's port is reached"));

        assertThat(state.mode()).isEqualTo(MembershipMode.NONE);
        assertThat(state.reason()).contains("no answer within 3 s").contains("no member's port is reached");
    }

    @Test
    void a_member_and_a_client_do_not_look_for_members() {
        Supplier<Optional<String>> notLooked = () -> {
            throw new AssertionError("nobody need look");
        };

        assertThat(ModeChoice.choose(MembershipMode.AUTO, MembershipMode.NONE, 2, REACHED, notLooked).mode())
                .isEqualTo(MembershipMode.MEMBER);
        assertThat(ModeChoice.choose(MembershipMode.AUTO, MembershipMode.CLIENT, 2,
                () -> new DialBack.Answer.NotReached("no"), notLooked).mode()).isEqualTo(MembershipMode.CLIENT);
    }

    @Test
    void as_long_as_nobody_can_be_asked_it_is_a_client() {
        assertThat(auto(MembershipMode.NONE, 2, DialBack.Answer.NobodyToAsk::new).mode())
                .isEqualTo(MembershipMode.CLIENT);
    }

    @Test
    void with_more_than_sixty_agents_they_are_clients() {
        assertThat(auto(MembershipMode.MEMBER, 60, REACHED).mode()).isEqualTo(MembershipMode.MEMBER);
        assertThat(auto(MembershipMode.MEMBER, 61, NOT_ASKED).mode()).isEqualTo(MembershipMode.CLIENT);
        assertThat(auto(MembershipMode.NONE, 61, NOT_ASKED).reason()).contains("61 agents");
    }

    @Test
    void a_few_agents_that_go_do_not_make_members_of_clients() {
        assertThat(auto(MembershipMode.CLIENT, 46, NOT_ASKED).mode()).isEqualTo(MembershipMode.CLIENT);
        assertThat(auto(MembershipMode.CLIENT, 45, REACHED).mode()).isEqualTo(MembershipMode.MEMBER);
    }

    @Test
    void auto_is_no_state() {
        for (MembershipMode now : MembershipMode.values()) {
            assertThat(auto(now, 3, REACHED).mode()).isNotEqualTo(MembershipMode.AUTO);
        }
    }
}
