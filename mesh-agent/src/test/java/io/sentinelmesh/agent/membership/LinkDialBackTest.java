package io.sentinelmesh.agent.membership;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.membership.DialBack;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.Frame.DialBackAnswer.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LinkDialBackTest {

    private static final Frame.Membership NOW = new Frame.Membership("none", "not joined yet", List.of("192.0.2.1"));
    private static final DialBack.Question QUESTION = new DialBack.Question("192.0.2.1", 7_421, "word");

    private final List<Frame.DialBack> sent = new CopyOnWriteArrayList<>();
    private final LinkDialBack dialBack = new LinkDialBack(frame -> sent.add((Frame.DialBack) frame), () -> NOW);

    private void isOffered() {
        dialBack.heard(new Frame.DialBackAnswer(0, Outcome.NOT_TRIED, "", "192.0.2.1"));
    }

    private void isAnswered(Outcome outcome, String reason) {
        long token = sent.getLast().question().orElseThrow().token();
        dialBack.heard(new Frame.DialBackAnswer(token, outcome, reason, "192.0.2.1"));
    }

    private CompletableFuture<DialBack.Answer> asking() {
        CompletableFuture<DialBack.Answer> answer = CompletableFuture.supplyAsync(() -> dialBack.ask(QUESTION));
        await().until(() -> sent.size() == 1);
        return answer;
    }

    @Test
    void what_the_aggregator_found_is_the_answer() {
        isOffered();
        CompletableFuture<DialBack.Answer> answer = asking();
        isAnswered(Outcome.NOT_REACHED, "no answer within 3 s");

        assertThat(answer.join()).isEqualTo(new DialBack.Answer.NotReached("no answer within 3 s"));
        assertThat(sent.getFirst().membership()).isEqualTo(NOW);
        assertThat(sent.getFirst().question()).hasValueSatisfying(asked -> {
            assertThat(asked.address()).isEqualTo("192.0.2.1");
            assertThat(asked.port()).isEqualTo(7_421);
            assertThat(asked.nonce()).isEqualTo("word");
        });
    }

    @Test
    void a_port_that_was_reached_is_and_one_that_was_not_tried_is_nobodys_answer() {
        isOffered();
        CompletableFuture<DialBack.Answer> first = asking();
        isAnswered(Outcome.REACHED, "");
        assertThat(first.join()).isEqualTo(new DialBack.Answer.Reached());

        sent.clear();
        CompletableFuture<DialBack.Answer> second = asking();
        isAnswered(Outcome.NOT_TRIED, "asked again within 5 s");
        assertThat(second.join()).isEqualTo(new DialBack.Answer.NobodyToAsk());
    }

    @Test
    void an_answer_to_another_question_is_none_to_this() {
        isOffered();
        CompletableFuture<DialBack.Answer> answer = asking();
        dialBack.heard(new Frame.DialBackAnswer(sent.getFirst().question().orElseThrow().token() - 1, Outcome.REACHED,
                "", ""));
        assertThat(answer).isNotDone();

        dialBack.unlinked();
        assertThat(answer.join()).as("the link ends").isEqualTo(new DialBack.Answer.NobodyToAsk());
    }

    @Test
    void an_aggregator_that_offers_nothing_is_asked_nothing() {
        assertThat(dialBack.ask(QUESTION)).isEqualTo(new DialBack.Answer.NobodyToAsk());
        dialBack.tell();

        assertThat(sent).isEmpty();
    }

    @Test
    void loopback_needs_no_question() {
        assertThat(dialBack.ask(new DialBack.Question("127.0.0.11", 7_421, "")))
                .isEqualTo(new DialBack.Answer.Reached());
        assertThat(sent).isEmpty();
    }

    @Test
    void news_go_without_a_question() {
        isOffered();
        dialBack.tell();

        assertThat(sent).containsExactly(new Frame.DialBack(NOW, Optional.empty()));
    }
}
