package io.sentinelmesh.db.reads;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Of many the first few of an order, in memory for these few only. */
final class Top<T> {

    private final int limit;
    private final Comparator<T> order;
    private final PriorityQueue<T> kept;

    Top(int limit, Comparator<T> order) {
        this.limit = limit;
        this.order = order;
        this.kept = new PriorityQueue<>(limit + 1, order.reversed());
    }

    void offer(T one) {
        kept.add(one);
        if (kept.size() > limit) {
            kept.remove();
        }
    }

    List<T> inOrder() {
        List<T> all = new ArrayList<>(kept);
        all.sort(order);
        return all;
    }
}
