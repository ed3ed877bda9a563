package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.api.ShippedPolicy;
import io.sluice.policies.matrix.PolicyMatrix;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-26");

    /** A reader's long count costs the others neither their pages, where these are kept, nor the server's threads. */
    @Test
    void whatIsMadeForOneReaderHoldsNobodyElseUp() throws Exception {
        VerifiedBundle bundle = ShippedPolicy.policy().bundle();
        Revisions revisions = new Revisions(() -> Optional.of(ShippedPolicy.policy()), List::of, List::of);
        PolicyMatrix kept = revisions.matrix(bundle, TODAY);
        CountDownLatch counting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Boolean> impact =
                CompletableFuture.supplyAsync(() -> revisions.alone(bundle, bundle, was -> is -> {
                    counting.countDown();
                    return awaited(goOn);
                }));
        assertThat(counting.await(1, TimeUnit.MINUTES)).isTrue();
        try {
            assertThat(revisions.matrix(bundle, TODAY)).isSameAs(kept);
            assertThatThrownBy(() -> revisions.matrix(bundle, TODAY.plusDays(1)))
                    .isInstanceOf(RefusedException.class)
                    .satisfies(fault ->
                            assertThat(((RefusedException) fault).code()).isEqualTo(ProblemCode.BACK_PRESSURE));
        } finally {
            goOn.countDown();
        }
        assertThat(impact.get(1, TimeUnit.MINUTES)).isTrue();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
