package io.sentinelmesh.probe.stamp;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class LossLedgerTest {

    /** What becomes of a packet. */
    enum Way {
        BOTH, LOST_THERE, LOST_BACK
    }

    @Property
    void every_loss_before_an_answer_is_put_down_to_the_way_it_happened_on(@ForAll @Size(max = 500) List<Way> ways) {
        LossLedger ledger = new LossLedger(1_024);
        int number = 0;
        int there = 0;
        int back = 0;
        int pendingThere = 0;
        int pendingBack = 0;
        for (int sequence = 0; sequence < ways.size(); sequence++) {
            switch (ways.get(sequence)) {
                case BOTH -> {
                    assertThat(ledger.came(sequence, number)).isTrue();
                    ledger.settleAnswered(sequence, number++);
                    there += pendingThere;
                    back += pendingBack;
                    pendingThere = 0;
                    pendingBack = 0;
                }
                case LOST_THERE -> {
                    ledger.settleLost();
                    pendingThere++;
                }
                case LOST_BACK -> {
                    ledger.settleLost();
                    number++;
                    pendingBack++;
                }
            }
        }
        ledger.finish();

        assertThat(ledger.takeForward()).isEqualTo(there);
        assertThat(ledger.takeBackward()).isEqualTo(back);
        assertThat(ledger.takeUnknown()).isEqualTo(pendingThere + pendingBack);
    }

    @Example
    void an_overtaken_request_is_no_lost_answer() {
        LossLedger ledger = new LossLedger(64);
        // Packets 0 to 3: 1 is lost on the way there, 3 overtakes 2 and gets number 1.
        assertThat(ledger.came(0, 0)).isTrue();
        assertThat(ledger.came(3, 1)).isTrue();
        assertThat(ledger.came(2, 2)).isTrue();

        ledger.settleAnswered(0, 0);
        ledger.settleLost();
        ledger.settleAnswered(2, 2);
        ledger.settleAnswered(3, 1);

        assertThat(ledger.takeForward()).isEqualTo(1);
        assertThat(ledger.takeBackward()).isZero();
    }

    @Example
    void a_reflector_that_counts_anew_leaves_what_was_pending_unattributed() {
        LossLedger ledger = new LossLedger(64);
        for (int number = 0; number < 10; number++) {
            assertThat(ledger.came(number, number)).isTrue();
            ledger.settleAnswered(number, number);
        }
        // Packet 10 is answered and not settled yet, 11 is lost, 12 gets number 0, 13 is lost, 14 gets number 1.
        assertThat(ledger.came(10, 10)).isTrue();
        assertThat(ledger.came(12, 0)).as("number 0 was another packet's").isFalse();
        ledger.restart(12, 0);
        assertThat(ledger.came(14, 1)).isTrue();
        ledger.settleAnswered(10, 10);
        ledger.settleLost();
        ledger.settleAnswered(12, 0);
        ledger.settleLost();
        ledger.settleAnswered(14, 1);

        assertThat(ledger.takeUnknown()).isEqualTo(1);
        assertThat(ledger.takeForward()).isEqualTo(1);
    }

    @Example
    void numbers_wrap_around_as_32_bits_do() {
        LossLedger ledger = new LossLedger(64);
        assertThat(ledger.came(0, Integer.MAX_VALUE - 1)).isFalse();
        ledger.restart(0, Integer.MAX_VALUE - 1);
        ledger.settleAnswered(0, Integer.MAX_VALUE - 1);
        ledger.settleLost();
        assertThat(ledger.came(2, Integer.MIN_VALUE)).isTrue();
        ledger.settleAnswered(2, Integer.MIN_VALUE);

        assertThat(ledger.takeBackward()).isEqualTo(1);
        assertThat(ledger.takeForward()).isZero();
    }

    @Example
    void an_outage_longer_than_what_is_remembered_is_attributed_all_the_same() {
        for (boolean there : new boolean[]{true, false}) {
            LossLedger ledger = new LossLedger(64);
            assertThat(ledger.came(0, 0)).isTrue();
            ledger.settleAnswered(0, 0);
            for (int lost = 0; lost < 10_000; lost++) {
                ledger.settleLost();
            }
            int number = there ? 1 : 10_001;
            assertThat(ledger.came(10_001, number)).isTrue();
            ledger.settleAnswered(10_001, number);

            assertThat(ledger.takeForward()).isEqualTo(there ? 10_000 : 0);
            assertThat(ledger.takeBackward()).isEqualTo(there ? 0 : 10_000);
        }
    }

    @Property
    void no_row_of_numbers_takes_long_or_makes_a_negative_count(@ForAll @Size(max = 200) List<Integer> numbers) {
        LossLedger ledger = new LossLedger(64);
        for (int sequence = 0; sequence < numbers.size(); sequence++) {
            int number = numbers.get(sequence);
            if (!ledger.came(sequence, number)) {
                ledger.restart(sequence, number);
            }
            ledger.settleLost();
            ledger.settleAnswered(sequence, number);
        }
        ledger.finish();

        assertThat(List.of(ledger.takeForward(), ledger.takeBackward(), ledger.takeUnknown()))
                .allSatisfy(count -> assertThat(count).isBetween(0, numbers.size()));
    }
}
