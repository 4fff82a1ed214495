package io.sentinelmesh.aggregator.link;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ObjIntConsumer;

import io.sentinelmesh.aggregator.ingest.Credits;

/**
 * Which link was told which credit. Less is told to all at once, more in turns: only as many batches are asked for with each beat as there is room for.
 * Mesh thread.
 *
 * @param <L> a link
 */
final class Grants<L> {

    private final Credits credits;
    private final ObjIntConsumer<L> tell;
    /** In the order of their turns. */
    private final LinkedHashMap<L, Integer> told = new LinkedHashMap<>();
    /** Since the last beat. */
    private int given;
    private boolean ended;

    Grants(Credits credits, ObjIntConsumer<L> tell) {
        this.credits = credits;
        this.tell = tell;
    }

    /** It is told in any case, if only that it has to wait. */
    void opened(L link, double fill) {
        told.put(link, 0);
        adjust(fill);
        if (!raise(link, 0, credits.more(fill) - given)) {
            tell.accept(link, 0);
        }
    }

    void closed(L link) {
        told.remove(link);
    }

    /** After whatever changed the queue: takes back what is too much. */
    void adjust(double fill) {
        int before = credits.current();
        credits.adjust(fill, told.size());
        int most = credits.current();
        if (most >= before) {
            return;
        }
        told.replaceAll((link, has) -> {
            if (has > most) {
                tell.accept(link, most);
            }
            return Math.min(has, most);
        });
    }

    /** Each tick: gives what there is room for. */
    void beat(double fill) {
        adjust(fill);
        int room = credits.more(fill);
        given = 0;
        for (L link : List.copyOf(told.keySet())) {
            if (given >= room) {
                return;
            }
            raise(link, told.getOrDefault(link, 0), room - given);
        }
    }

    private boolean raise(L link, int has, int room) {
        int gets = ended ? 0 : Math.min(credits.current(), has + room);
        if (gets <= has) {
            return false;
        }
        given += gets - has;
        told.putLast(link, gets);
        tell.accept(link, gets);
        return true;
    }

    /** Nobody is to send any more, for good. */
    void end() {
        ended = true;
        told.replaceAll((link, _) -> {
            tell.accept(link, 0);
            return 0;
        });
    }
}
