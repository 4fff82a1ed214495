package io.sentinelmesh.measurement;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NodeIdTableTest {

    private final NodeIdTable table = new NodeIdTable();

    @Test
    void what_was_put_is_found_and_nothing_else() {
        Random random = new Random(7);
        Map<NodeId, Integer> like = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            // Few different halves, so that ids which share one are told apart.
            NodeId id = new NodeId(new UUID(random.nextInt(70), random.nextInt(70)));
            table.put(id, i);
            like.put(id, i);
        }

        assertThat(table.size()).isEqualTo(like.size());
        for (int high = 0; high < 75; high++) {
            for (int low = 0; low < 75; low++) {
                NodeId id = new NodeId(new UUID(high, low));
                assertThat(table.get(id)).isEqualTo(like.getOrDefault(id, NodeIdTable.ABSENT));
            }
        }
    }

    @Test
    void a_copy_does_not_change_with_it() {
        NodeId known = NodeId.random();
        table.put(known, 3);
        NodeIdTable copy = table.copy();

        NodeId later = NodeId.random();
        table.put(later, 4);
        table.put(known, 5);

        assertThat(copy.get(later)).isEqualTo(NodeIdTable.ABSENT);
        assertThat(copy.get(known)).isEqualTo(3);
        assertThat(copy.size()).isEqualTo(1);
    }

    @Test
    void a_negative_number_is_refused() {
        assertThatThrownBy(() -> table.put(NodeId.random(), -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
