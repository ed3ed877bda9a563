package io.sluice.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.problem.RefusedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Promise P10, and that who floods leaves room for the next one. */
class BytesInFlightTest {
    private static final long MAX = 64L << 20;
    private static final int BODY = (1 << 20) - BytesInFlight.OVERHEAD_BYTES;

    private final BytesInFlight inFlight = new BytesInFlight(MAX);

    @Test
    void leavesAsMuchFreeAsAFloodTakes() {
        List<BytesInFlight.Permit> flood = flood("flooder");

        assertThat(flood).hasSize(32);
        assertThatThrownBy(() -> inFlight.take("flooder", BODY))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.problem().detail()).contains("room for other producers"));
        assertThat(flood("another flooder")).hasSizeBetween(15, 16);
        assertThat(flood("a third")).hasSizeBetween(7, 8);
        assertThatCode(() -> inFlight.take("quiet", BODY)).doesNotThrowAnyException();
    }

    @Test
    void takesTheFirstRequestOfASenderAsLongAsItFits() {
        flood("flooder");

        BytesInFlight.Permit large = inFlight.take("quiet", 31 * (1 << 20));

        assertThatThrownBy(() -> inFlight.take("quiet", 0)).isInstanceOf(RefusedException.class);
        large.release();
        assertThatCode(() -> inFlight.take("quiet", 0)).doesNotThrowAnyException();
    }

    @Test
    void takesBackAPartOfWhatARequestHolds() {
        BytesInFlight.Permit permit = inFlight.take("one", 0);
        permit.extend(5_000);
        permit.shrink(3_000);

        assertThat(inFlight.used()).isEqualTo(BytesInFlight.OVERHEAD_BYTES + 2_000);

        permit.shrink(1 << 20);
        assertThat(inFlight.used()).as("no more than it holds").isZero();
        permit.release();
        permit.shrink(1);
        assertThat(inFlight.used()).isZero();
        assertThat(inFlight.senders()).isZero();
    }

    @Test
    void forgetsWhoHoldsNothing() {
        List<BytesInFlight.Permit> flood = flood("flooder");
        flood.get(0).grow(100);

        flood.forEach(BytesInFlight.Permit::release);
        flood.forEach(BytesInFlight.Permit::release);

        assertThat(inFlight.used()).isZero();
        assertThat(inFlight.senders()).isZero();
    }

    private List<BytesInFlight.Permit> flood(String sender) {
        List<BytesInFlight.Permit> permits = new ArrayList<>();
        try {
            while (permits.size() < 1_000) {
                permits.add(inFlight.take(sender, BODY));
            }
        } catch (RefusedException full) {
            return permits;
        }
        throw new AssertionError("nothing bounds " + sender);
    }
}
