package io.sentinelmesh.agent.link;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LinkOrderTest {

    private final LinkOrder order = new LinkOrder();
    private final UUID boot = UUID.randomUUID();

    @Test
    void a_boot_may_begin_anywhere_and_then_goes_on_without_gaps() {
        assertThat(order.takes(boot, 17)).isTrue();
        order.sent(boot, 17);

        assertThat(order.takes(boot, 18)).isTrue();
        assertThat(order.takes(boot, 16)).isTrue();
        assertThat(order.takes(boot, 19)).isFalse();
    }

    @Test
    void a_link_carries_so_many_boots_and_no_more() {
        for (int i = 0; i < LinkOrder.MAX_BOOTS; i++) {
            order.sent(UUID.randomUUID(), 1);
        }

        assertThat(order.takes(boot, 1)).isFalse();
    }

    @Test
    void it_is_quiet_when_all_that_was_sent_is_acknowledged() {
        order.sent(boot, 2);
        order.acknowledged(boot, 1);
        assertThat(order.isQuiet()).isFalse();

        order.acknowledged(boot, 2);

        assertThat(order.isQuiet()).isTrue();
    }
}
