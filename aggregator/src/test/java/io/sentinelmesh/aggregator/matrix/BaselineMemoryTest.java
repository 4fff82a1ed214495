package io.sentinelmesh.aggregator.matrix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BaselineMemoryTest {

    private static final List<NodeId> NODES = IntStream.range(0, 30).mapToObj(_ -> NodeId.random()).toList();

    @Property(tries = 50)
    void it_remembers_as_a_map_does_and_hands_out_once(@ForAll long seed) {
        Random random = new Random(seed);
        BaselineMemory memory = new BaselineMemory();
        Map<List<Object>, Baseline> model = new HashMap<>();
        List<List<Object>> keys = new ArrayList<>();

        for (int i = 0; i < 3_000; i++) {
            NodeId source = NODES.get(random.nextInt(NODES.size()));
            NodeId destination = NODES.get(random.nextInt(NODES.size()));
            ProbeKind kind = ProbeKind.values()[random.nextInt(2)];
            List<Object> key = List.of(source, destination, kind);
            if (random.nextInt(5) < (i < 1_500 ? 3 : 1)) {
                Baseline baseline = new Baseline(random.nextInt(1_000), 1 + random.nextInt(9));
                memory.remember(source, destination, kind, baseline);
                model.put(key, baseline);
                keys.add(key);
            } else {
                Baseline expected = model.remove(key);
                assertThat(memory.take(source, destination, kind))
                        .isEqualTo(expected == null ? Baseline.UNKNOWN : expected);
            }
        }

        assertThat(memory.pairs()).isEqualTo(model.size());
        model.forEach((key, baseline) -> assertThat(
                memory.take((NodeId) key.get(0), (NodeId) key.get(1), (ProbeKind) key.get(2))).isEqualTo(baseline));
    }
}
