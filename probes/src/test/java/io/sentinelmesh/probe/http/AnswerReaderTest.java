package io.sentinelmesh.probe.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.sentinelmesh.probe.exchange.Phase;
import io.sentinelmesh.probe.exchange.Phases;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerReaderTest {

    private final List<Integer> answered = new ArrayList<>();
    private final List<HttpOutcome> failed = new ArrayList<>();

    /** Such as HTTP/2 frames of a kind that is made up to keep clients tolerant. */
    @Test
    void what_is_no_part_of_an_answer_is_passed_over_and_freed() {
        Phases.Watch watch = new Phases.Watch(() -> 0L);
        watch.begin(Phase.FIRST_BYTE);
        EmbeddedChannel channel = new EmbeddedChannel(
                new AnswerReader(Optional.of("2"), 100, watch, new AnswerReader.Listener() {
                    @Override
                    public void answered(HttpAnswer answer) {
                        answered.add(answer.status());
                    }

                    @Override
                    public void failed(HttpOutcome outcome) {
                        failed.add(outcome);
                    }
                }));
        ByteBuf unknown = Unpooled.buffer(8).writeLong(1);

        channel.writeInbound(unknown,
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));

        assertThat(unknown.refCnt()).isZero();
        assertThat(answered).containsExactly(204);
        assertThat(failed).isEmpty();
    }
}
