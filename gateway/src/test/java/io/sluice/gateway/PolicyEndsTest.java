package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.policy.StampedPolicy;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.serving.policy.PolicyReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;

/** A policy that is over, or of which nobody knows whether it is the newest, decides nothing, and readiness says why. */
class PolicyEndsTest {
    private static final Duration STALE = Duration.ofMinutes(5);

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.now());
    private final ShippedPolicy shipped = new ShippedPolicy();
    private final Topic topic = new Topic();
    private final PolicyStore store = PolicyStore.recordsOnly(shipped.root(), refused -> {});

    /** {@code policy.bundles}, until it is out of reach. */
    private static final class Topic implements PolicyFeed {
        private final BlockingQueue<PolicyRecord> records = new LinkedBlockingQueue<>();
        private volatile boolean gone;
        private volatile boolean missed;
        /** More stands in the topic than came so far. */
        private volatile boolean more;

        @Override
        public List<PolicyRecord> poll(Duration timeout) {
            if (gone) {
                missed = true;
                throw new KafkaException("out of reach");
            }
            List<PolicyRecord> polled = new ArrayList<>();
            try {
                PolicyRecord first = records.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    polled.add(first);
                    records.drainTo(polled);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptException(e);
            }
            return polled;
        }

        @Override
        public boolean atEnd() {
            return !more && records.isEmpty();
        }

        @Override
        public void close() {}
    }

    private StampedPolicy reading() {
        shipped.records(1).forEach((key, value) -> topic.records.add(new PolicyRecord(key, value)));
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return time.get();
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        return new StampedPolicy(new PolicyReader(() -> topic, store, clock, STALE));
    }

    @Test
    void anExpiredRevisionIsStampedNoMoreAndReadinessNamesIt() {
        try (StampedPolicy policy = reading()) {
            assertThat(policy.current(time.get())).isEmpty();
            await().until(() -> policy.current(time.get()).isPresent());
            assertThat(policy.finding(time.get())).isEmpty();

            time.set(time.get().plus(Duration.ofDays(2)));

            assertThat(policy.current(time.get())).isEmpty();
            await().until(() -> policy.finding(time.get()).orElse("").startsWith("revision 1 expired at "));
            assertThat(policy.finding(time.get()))
                    .hasValueSatisfying(words -> assertThat(words).endsWith("; activate a newer one"));
        }
    }

    @Test
    void aRevisionOfATopicOutOfReachIsTrustedForItsLimitAndNoLonger() {
        try (StampedPolicy policy = reading()) {
            await().until(() -> policy.current(time.get()).isPresent());
            topic.gone = true;
            await().until(() -> topic.missed);

            time.set(time.get().plus(STALE));
            assertThat(policy.current(time.get())).isPresent();
            time.set(time.get().plusSeconds(1));
            assertThat(policy.current(time.get())).isEmpty();
            assertThat(policy.finding(time.get()))
                    .contains("policy.bundles was not reachable for more than 300 seconds");
        }
    }

    @Test // what another process before this one stamped stands in the topic, and nothing below it is stamped again
    void aGatewayThatStartsStampsNothingUntilItHasReadAllThatStandsThere() {
        topic.more = true;
        try (StampedPolicy policy = reading()) {
            await().until(() -> topic.records.isEmpty());
            await().until(() -> store.newest().isPresent());
            assertThat(policy.current(time.get())).isEmpty();
            assertThat(policy.finding(time.get())).contains("policy.bundles was not read to its end yet");

            shipped.records(2).forEach((key, value) -> topic.records.add(new PolicyRecord(key, value)));
            await().until(() ->
                    store.newest().filter(newest -> newest.number() == 2).isPresent());
            assertThat(policy.current(time.get())).isEmpty();
            topic.more = false;

            await().until(() -> policy.current(time.get()).isPresent());
            assertThat(policy.current(time.get()).map(InForce::activation)).contains(2L);
        }
    }
}
