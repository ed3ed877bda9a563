package io.sluice.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Quota;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.gateway.problem.RefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rates, bursts and what a caller is told, against a clock that the test winds. */
class QuotasTest {
    private long nanos;
    private final Quotas quotas = new Quotas(() -> nanos);

    @Test
    void grantsABurstAndThenTheRate() {
        Producer shop = producer(new Quota(new Quota.Rate(10, 0, 3), new TreeMap<>()));

        assertThat(passed(shop, 100, 0)).isEqualTo(30);
        wind(1.0);
        assertThat(passed(shop, 100, 0)).isEqualTo(10);
        wind(60.0);
        assertThat(passed(shop, 100, 0)).isEqualTo(30);
    }

    @Test
    void countsBytesAndKeepsTheRateForEventsLargerThanABucket() {
        Producer shop = producer(new Quota(new Quota.Rate(0, 1_000, 1), new TreeMap<>()));

        assertThat(passed(shop, 1, 5_000)).isEqualTo(1);
        QuotaState told = refusal(shop, 1).orElseThrow();
        assertThat(told.policyField()).isEqualTo("\"bytes\";q=1000;qu=\"content-bytes\";w=1");
        assertThat(told.limitField()).isEqualTo("\"bytes\";r=0;t=5");
        wind(4.9);
        assertThat(passed(shop, 1, 5_000)).as("the bucket is not full yet").isZero();
        wind(0.2);
        assertThat(passed(shop, 1, 5_000)).isEqualTo(1);
    }

    @Test
    void takesNothingOfEventsWhereBytesLack() {
        Producer shop = producer(new Quota(new Quota.Rate(2, 1_000, 1), new TreeMap<>()));

        assertThat(passed(shop, 1, 1_000)).isEqualTo(1);
        assertThat(passed(shop, 10, 1)).isZero();
        assertThat(passed(shop, 10, 0)).as("the second event of this second").isEqualTo(1);
    }

    @Test
    void boundsADatasetWithinTheWhole() {
        Quota quota = new Quota(new Quota.Rate(100, 0, 1), new TreeMap<>(Map.of("orders", new Quota.Rate(2, 0, 2))));
        Producer shop = producer(quota);

        for (int i = 0; i < 4; i++) {
            quotas.take(shop, "orders", 10);
        }
        QuotaState told = caught(() -> quotas.take(shop, "orders", 10)).orElseThrow();

        assertThat(told.policyField()).isEqualTo("\"dataset-events\";q=4;qu=\"events\";w=2");
        assertThat(told.limitField()).isEqualTo("\"dataset-events\";r=0;t=1");
        assertThat(caught(() -> quotas.take(shop, "returns", 10))).isEmpty();
        assertThat(passed(shop, 100, 0)).isEqualTo(100);
    }

    @Test
    void tellsWhatIsLeftAndTakesNothing() {
        Quota quota = new Quota(new Quota.Rate(10, 1_000, 2), new TreeMap<>(Map.of("orders", new Quota.Rate(4, 0, 2))));
        Producer shop = producer(quota);

        quotas.take(shop, 5_000);
        quotas.take(shop, "orders", 5_000);
        QuotaState left = java.util.Objects.requireNonNull(quotas.left(shop, "orders"));
        assertThat(left.policyField())
                .isEqualTo("\"events\";q=20;qu=\"events\";w=2, \"bytes\";q=2000;qu=\"content-bytes\";w=2,"
                        + " \"dataset-events\";q=8;qu=\"events\";w=2");
        assertThat(left.limitField())
                .as("a debt of bytes is nothing left")
                .isEqualTo("\"events\";r=19;t=1, \"bytes\";r=0;t=5, \"dataset-events\";r=7;t=1");
        assertThat(quotas.left(shop, "orders")).isEqualTo(left);
        wind(60);
        assertThat(java.util.Objects.requireNonNull(quotas.left(shop, null)).limitField())
                .isEqualTo("\"events\";r=20;t=0, \"bytes\";r=2000;t=0");
        assertThat(quotas.left(producer(Quota.NONE), "orders")).isNull();
    }

    @Test
    void followsAPolicyThatChangesTheQuota() {
        Producer before = producer(Quota.ofEvents(5));
        assertThat(passed(before, 100, 0)).isEqualTo(5);

        wind(1.0);
        assertThat(passed(producer(Quota.ofEvents(2)), 100, 0)).isEqualTo(2);
        assertThat(passed(producer(Quota.NONE), 100, 0)).isEqualTo(100);
    }

    @Test
    void boundsWhatWasNotBoundedFromAFullBucketOn() {
        Producer events = producer(new Quota(new Quota.Rate(1_000, 0, 1), new TreeMap<>()));
        assertThat(passed(events, 1_000, 1_000_000)).isEqualTo(1_000);

        Producer bytes = producer(new Quota(new Quota.Rate(0, 1_000, 2), new TreeMap<>()));
        assertThat(passed(bytes, 10, 500)).isEqualTo(4);
        Producer both = producer(new Quota(new Quota.Rate(5, 1_000, 1), new TreeMap<>()));
        assertThat(passed(both, 10, 0)).isEqualTo(5);
    }

    @Test
    void creditsNoTimeTwice() {
        Producer shop = producer(Quota.ofEvents(1_000));
        assertThat(passed(shop, 2_000, 0)).isEqualTo(1_000);

        wind(0.5);
        int passed = passed(shop, 2_000, 0);
        wind(-0.5); // a caller that read the clock before, and was overtaken
        passed += passed(shop, 1, 0);
        wind(0.5);
        passed += passed(shop, 2_000, 0);

        assertThat(passed).isEqualTo(500);
    }

    private int passed(Producer producer, int tries, int bytes) {
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            if (refusal(producer, bytes).isEmpty()) {
                passed++;
            }
        }
        return passed;
    }

    private Optional<QuotaState> refusal(Producer producer, int bytes) {
        return caught(() -> quotas.take(producer, bytes));
    }

    private static Optional<QuotaState> caught(Runnable take) {
        try {
            take.run();
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.ofNullable(refused.problem().quota());
        }
    }

    private void wind(double seconds) {
        nanos += (long) (seconds * 1e9);
    }

    private static Producer producer(Quota quota) {
        return new Producer("shop", "Shop", Set.of("spiffe://x/shop"), new TreeMap<>(), Set.of(), quota);
    }
}
