package io.sluice.policies.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.core.decision.Activation;
import io.sluice.policies.Shipped;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What rooms tell of themselves is told at once where it changes, is told last where they stop, and stops nobody. */
class StatusBeatTest {
    private static final Instant NOW = Shipped.NOT_BEFORE.plusSeconds(60);
    private static final StatusSettings RARELY = new StatusSettings("east", Duration.ofMinutes(10));

    private final PolicyStore store = PolicyStore.recordsOnly(Shipped.root(), refused -> {});
    private final List<RoomStatus> told = new CopyOnWriteArrayList<>();
    private volatile @Nullable Long decided;

    private final StatusBeat.Source task = new StatusBeat.Source() {
        @Override
        public Integer task() {
            return 3;
        }

        @Override
        public @Nullable Long decided() {
            return decided;
        }
    };

    private final class Sink implements StatusSink {
        @Override
        public void write(String key, byte[] value, Consumer<@Nullable Exception> done) {
            RoomStatus status = RoomStatus.of(value);
            assertThat(key).isEqualTo(status.reporter().key());
            told.add(status);
            done.accept(null);
        }

        @Override
        public void close() {}
    }

    private StatusBeat beat(Supplier<StatusSink> sinks) {
        return StatusBeat.start(
                "protect",
                RARELY,
                Clock.fixed(NOW, ZoneOffset.UTC),
                store::standing,
                now -> store.standing(now).inForce() == null ? Optional.of("nothing is in force") : Optional.empty(),
                sinks);
    }

    private RoomStatus last() {
        return told.get(told.size() - 1);
    }

    @Test
    void tellsAChangeAtOnceAndALastWord() {
        try (StatusBeat beat = beat(Sink::new)) {
            beat.add(task);
            await().until(() -> told.size() == 1);
            assertThat(last().inForce()).isNull();
            assertThat(last().finding()).isEqualTo("nothing is in force");

            decided = 1L;
            publish(Shipped.built(), 1, Shipped.approvals(Shipped.built()));
            await().until(() -> told.size() == 2);
            assertThat(last().inForce()).isEqualTo(new RoomStatus.Held(1, 1, Shipped.EXPIRES, NOW));
            assertThat(last().finding()).isNull();
            assertThat(last().next()).isNull();
            assertThat(last().decided()).isEqualTo(1);
            assertThat(last().reporter().name()).isEqualTo("protect/east/3");

            BundleBuilder.Built second =
                    Shipped.builder().build(Shipped.rulebook(), Shipped.TENANT, 2, Shipped.NOT_BEFORE, Shipped.EXPIRES);
            publish(second, 2, Approvals.none(second.digest()).toBytes());
            await().until(() -> told.size() == 3);
            assertThat(last().inForce()).isEqualTo(new RoomStatus.Held(1, 1, Shipped.EXPIRES, NOW));
            RoomStatus.Next next = Objects.requireNonNull(last().next());
            assertThat(next.activation()).isEqualTo(2);
            assertThat(next.state()).isEqualTo("refused");
            assertThat(next.code()).isEqualTo("bundle-approvals");
            assertThat(next.reason()).contains("Revision 2");
            assertThat(last().stopped()).isFalse();
        }
        assertThat(told).hasSize(4);
        assertThat(last().stopped()).isTrue();
    }

    @Test
    void whatCannotBeWrittenIsCountedAndTriedAgain() {
        Sink works = new Sink();
        int[] opened = new int[1];
        StatusSink refuses = new StatusSink() {
            @Override
            public void write(String key, byte[] value, Consumer<@Nullable Exception> done) {
                done.accept(new IllegalStateException("refused"));
            }

            @Override
            public void close() {}
        };
        try (StatusBeat beat = beat(() -> {
            if (opened[0]++ == 0) {
                throw new IllegalStateException("no broker");
            }
            return opened[0] == 2 ? refuses : works;
        })) {
            beat.add(task);
            await().until(() -> beat.unwritten() == 1);
            publish(Shipped.built(), 1, Shipped.approvals(Shipped.built()));
            await().until(() -> beat.unwritten() == 2);
            assertThat(beat.standing().inForce()).isNotNull();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aStatusIsReadAsItWasWrittenAndAMalformedOneIsNot() {
        publish(Shipped.built(), 1, Shipped.approvals(Shipped.built()));
        RoomStatus status = RoomStatus.of(
                new Reporter("gateway", "main", "0a1b2c3d", null, NOW, Duration.ofSeconds(10)),
                NOW,
                store.standing(NOW),
                NOW,
                null,
                null,
                0);

        String json = new String(status.toBytes(), StandardCharsets.UTF_8);
        assertThat(RoomStatus.of(status.toBytes())).isEqualTo(status);
        assertThat(RoomStatus.of(bytes(json.replace("{\"activation\"", "{\"aLaterMember\":1,\"activation\""))))
                .isEqualTo(status);
        for (String wrong : List.of(
                json.replace("\"activation\":1", "\"activation\":\"1\""),
                json.replace("\"at\":\"2", "\"at\":\"x"),
                json.replace("\"room\"", "\"rum\""),
                "{}",
                "no json")) {
            assertThatThrownBy(() -> RoomStatus.of(bytes(wrong))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new StatusSettings("Host.Name", Duration.ofSeconds(10)))
                .hasMessageContaining("instance");
        assertThatThrownBy(() -> new StatusSettings("main", Duration.ZERO)).hasMessageContaining("statusEvery");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void publish(BundleBuilder.Built built, long revision, byte[] approvals) {
        Activation activation = new Activation(revision, built.digest(), revision, Shipped.TENANT, NOW);
        store.accept(new PolicyRecord(PolicyKeys.bundle(built.digest()), built.archive()));
        store.accept(new PolicyRecord(PolicyKeys.approvals(built.digest()), approvals));
        store.accept(new PolicyRecord(
                PolicyKeys.activation(revision),
                SignedActivation.issue(activation, Shipped.OFFICER).toBytes()));
    }
}
