package io.sentinelmesh.agent.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.DialBack;
import io.sentinelmesh.membership.DialBack.Answer;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.membership.SeatSettings;

import static org.assertj.core.api.Assertions.assertThat;

class MemberChoicesTest {

    @TempDir
    private Path folder;
    private long now;
    private Answer answer = new Answer.Reached();
    private final List<DialBack.Question> asked = new ArrayList<>();

    private MemberChoices choices() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        SeatSettings seat = new SeatSettings(NodeId.random(), SeatSettings.Kind.LITE, "127.0.0.1", port, List.of(),
                folder.resolve("members"), Optional.empty());
        return new MemberChoices(MembershipMode.AUTO, seat, () -> 2, question -> {
            asked.add(question);
            return answer;
        }, () -> now);
    }

    private void passes() {
        now += MemberChoices.ASKING_AGAIN.toNanos();
    }

    @Test
    void an_answer_holds_for_a_while_and_is_asked_for_again() throws IOException {
        MemberChoices choices = choices();
        answer = new Answer.NotReached("no");
        assertThat(choices.choose(MembershipMode.NONE).mode()).isEqualTo(MembershipMode.NONE);
        now += MemberChoices.ASKING_AGAIN.toNanos() - 1;
        choices.choose(MembershipMode.NONE);
        assertThat(asked).hasSize(1);

        now++;
        answer = new Answer.Reached();
        assertThat(choices.choose(MembershipMode.NONE).mode()).isEqualTo(MembershipMode.MEMBER);
        assertThat(asked).hasSize(2);
    }

    @Test
    void while_nobody_answers_it_asks_each_time() throws IOException {
        MemberChoices choices = choices();
        answer = new Answer.NobodyToAsk();
        choices.choose(MembershipMode.CLIENT);
        choices.choose(MembershipMode.CLIENT);

        assertThat(asked).hasSize(2);
    }

    @Test
    void a_members_port_is_asked_about_as_the_cluster_holds_it_and_one_failure_is_forgiven() throws IOException {
        MemberChoices choices = choices();
        choices.choose(MembershipMode.NONE);
        answer = new Answer.NotReached("no");

        passes();
        assertThat(choices.choose(MembershipMode.MEMBER).mode()).isEqualTo(MembershipMode.MEMBER);
        assertThat(asked.getLast().nonce()).as("the cluster's own port says no word").isEmpty();
        passes();
        assertThat(choices.choose(MembershipMode.MEMBER).mode()).isNotEqualTo(MembershipMode.MEMBER);
    }

    @Test
    void a_member_stays_one_while_nobody_can_be_asked() throws IOException {
        MemberChoices choices = choices();
        choices.choose(MembershipMode.NONE);
        answer = new Answer.NobodyToAsk();
        for (int i = 0; i < 3; i++) {
            passes();
            assertThat(choices.choose(MembershipMode.MEMBER).mode()).isEqualTo(MembershipMode.MEMBER);
        }
    }
}
