package io.sluice.custodian.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.ErasureOrder;
import io.sluice.custodian.Punctured;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.TreeId;
import io.sluice.protection.seal.SealKeys;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the choice to the certificate, with a death before and after everything that outlives the process. */
@NullUnmarked // what is null here fails the test
class ErasuresTest {
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final SubjectRef ANNA = new SubjectRef("s1_" + "a".repeat(26));
    private static final SubjectRef BEN = new SubjectRef("s1_" + "b".repeat(26));

    @TempDir
    static Path folder;

    private static CustodianKey key;
    private static SealKeys seal;
    private static Keystore ingress;

    private final Outside outside = new Outside();
    private final Map<SubjectRef, LegalHold> holds = new HashMap<>();

    @BeforeAll
    static void keys() {
        key = CustodianKey.readOrCreate(folder.resolve("key.pem"), folder.resolve("pub.pem"));
        seal = SealKeys.openOrCreate(folder.resolve("ingress"), folder.resolve("password"), "dev");
        ingress = Keystore.open(folder.resolve("ingress"), folder.resolve("password"), "dev");
    }

    @Test
    void goesFromTheChoiceToTheCertificate() throws Exception {
        Erasures erasures = open();
        erasures.take(List.of(choice(0, 7, ANNA, 42)));
        drain(erasures);
        assertThat(outside.codes()).containsExactly("erasure-ordered", "erasure-punctured");
        assertThat(outside.state(42)).isEqualTo(ErasureState.PUNCTURED);

        outside.now = outside.now.plus(LEASE).minusMillis(1);
        drain(erasures);
        assertThat(outside.destroyed).as("leases still run").isZero();

        outside.now = outside.now.plusMillis(1);
        drain(erasures);

        assertThat(outside.codes())
                .containsExactly("erasure-ordered", "erasure-punctured", "erasure-keys-destroyed", "subject-erased");
        JsonNode certificate = ErasureCertificate.verify(
                outside.records.get(ErasureCertificate.recordKey("events.ingress/1/0/42")), key.publicKey());
        assertThat(certificate.path("subject").asText()).isEqualTo(ANNA.value());
        assertThat(certificate.at("/trees/0/revisionAfter").asInt()).isEqualTo(2);
        assertThat(certificate.at("/trees/0/throughGeneration").asInt()).isZero();
        assertThat(certificate.at("/trees/0/receipts/0/key").asText()).isEqualTo("tree-1-1");
        assertThat(outside.json(3).at("/detail/certificate")).isEqualTo(certificate);
        assertThat(outside.json(3).at("/detail/choice").asText()).isEqualTo("events.ingress/1/0/42");
        assertThat(open().position(0)).isEqualTo(8);
    }

    /** Fault n is a death at the n-th of all the moments before and after a write, a puncture, a destruction. */
    @Test
    void whereverItDiesEachStepIsDoneAndSaidOnce() throws Exception {
        int faults = 0;
        for (boolean died = true; died; faults++) {
            Outside world = new Outside();
            world.dieAt = faults;
            run(world);
            died = world.dieAt < 0;

            assertThat(world.codes())
                    .as("died at %s", faults)
                    .containsExactlyInAnyOrder(
                            "erasure-ordered", "erasure-ordered",
                            "erasure-punctured", "erasure-punctured",
                            "erasure-keys-destroyed", "erasure-keys-destroyed",
                            "subject-erased", "subject-erased");
            assertThat(world.generation).as("one generation of each").isEqualTo(Map.of(ANNA, 1, BEN, 1));
            assertThat(world.destroyed).isEqualTo(world.revision - 1);
            assertThat(world.revision).as("a batch is one revision").isEqualTo(2);
            for (long offset : List.of(42, 43)) {
                byte[] published = world.records.get(ErasureCertificate.recordKey("events.ingress/1/0/" + offset));
                assertThat(ErasureCertificate.verify(published, key.publicKey())
                                .at("/trees/0/revisionAfter")
                                .asInt())
                        .isEqualTo(2);
            }
        }
        assertThat(faults).as("moments to die at").isGreaterThan(14);
    }

    private void run(Outside world) {
        Erasures erasures = null;
        for (int minute = 0; minute < 40; minute++) {
            try {
                if (erasures == null) {
                    erasures = open(world);
                }
                List<Erasures.ChoicesRecord> unread = new ArrayList<>();
                for (Erasures.ChoicesRecord record : List.of(choice(0, 7, ANNA, 42), choice(0, 8, BEN, 43))) {
                    if (record.offset() >= erasures.position(0)) {
                        unread.add(record);
                    }
                }
                erasures.take(unread);
                drain(erasures);
            } catch (Died e) {
                erasures = null;
            }
            world.now = world.now.plus(Duration.ofMinutes(1));
        }
    }

    @Test
    void aLegalHoldStopsItUntilItEndsAndIsSaidOnce() throws Exception {
        holds.put(ANNA, new LegalHold("litigation 7/26", "officer", outside.now, outside.now.plusSeconds(3_600)));
        Erasures erasures = open();
        erasures.take(List.of(choice(0, 7, ANNA, 42), choice(0, 8, BEN, 43)));
        drain(erasures);
        drain(open());

        assertThat(outside.codes()).containsExactly("erasure-held", "erasure-ordered", "erasure-punctured");
        assertThat(outside.json(0).at("/detail/hold/reason").asText()).isEqualTo("litigation 7/26");
        assertThat(outside.state(42)).isEqualTo(ErasureState.HELD);
        assertThat(outside.generation).containsOnlyKeys(BEN);

        holds.clear();
        outside.now = outside.now.plus(LEASE);
        drain(open());
        assertThat(outside.state(43)).isEqualTo(ErasureState.ERASED);
        outside.now = outside.now.plus(LEASE);
        drain(open());
        assertThat(outside.state(42)).isEqualTo(ErasureState.ERASED);
    }

    @Test
    void anErasureThatIsReadAgainOrOfOneWhoReturnedIsNotDoneTwice() throws Exception {
        Erasures erasures = open();
        erasures.take(List.of(choice(0, 7, ANNA, 42)));
        drain(erasures);
        outside.now = outside.now.plus(LEASE);
        drain(erasures);

        erasures.take(List.of(choice(0, 7, ANNA, 42), returned(0, 9, ANNA, 42)));
        drain(erasures);
        assertThat(outside.generation).isEqualTo(Map.of(ANNA, 1));

        erasures.take(List.of(choice(0, 12, ANNA, 50)));
        drain(erasures);
        assertThat(outside.generation)
                .as("another erasure takes the next generation")
                .isEqualTo(Map.of(ANNA, 2));
    }

    /** To pass over what it cannot read would be to lose an erasure. */
    @Test
    void whatItCannotReadStopsIt() {
        Erasures erasures = open();
        for (String value : List.of("{\"version\":9}", "nonsense", "{\"version\":2,\"erasure\":{}}")) {
            assertThatThrownBy(() -> erasures.take(
                            List.of(new Erasures.ChoicesRecord(0, 1, ANNA.value(), value.getBytes(UTF_8)))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        outside.records.put("erasure/x", "{\"version\":9}".getBytes(UTF_8));
        assertThatThrownBy(this::open).hasMessageContaining("unknown version");
    }

    @Test
    void theKeysOfDaysThatAreOverAreDestroyedWhenTheyAreDueAndNotBefore() throws Exception {
        ingress.kms().create("ingress-2026-11-01");
        ingress.kms().create("ingress-2026-11-02");
        PeriodKeys periods = new PeriodKeys(seal, Duration.ofDays(10));
        assertThat(periods.living())
                .extracting(day -> day.get("destroyedFrom"))
                .containsExactly("2026-11-13", "2026-11-14");

        periods.destroyDue(null, "dev", Instant.parse("2026-11-12T23:59:59Z"), outside);
        assertThat(seal.periods()).hasSize(2);
        byte[] done = periods.destroyDue(null, "dev", Instant.parse("2026-11-13T00:00:00Z"), outside);
        periods.destroyDue(done, "dev", Instant.parse("2026-11-13T00:00:01Z"), outside);

        assertThat(ingress.kms().keyNames()) // asks anew: another process may know a key a moment longer
                .contains("ingress-2026-11-02")
                .doesNotContain("ingress-2026-11-01");
        assertThat(outside.codes()).containsExactly("period-keys-destroyed");
        assertThat(outside.json(0).at("/detail/days/0").asText()).isEqualTo("2026-11-01");

        byte[] begun = "{\"days\":[\"2026-11-01\"],\"state\":\"due\",\"version\":1}".getBytes(UTF_8);
        periods.destroyDue(begun, "dev", Instant.parse("2026-11-13T00:00:02Z"), outside);
        assertThat(outside.codes()).as("died between destruction and entry").hasSize(2);
        ingress.kms().destroy("ingress-2026-11-02");
    }

    private Erasures open() {
        return open(outside);
    }

    private Erasures open(Outside world) {
        return new Erasures(
                "dev",
                world,
                world,
                key,
                new PeriodKeys(seal, Duration.ofDays(37)),
                () -> subject -> Optional.ofNullable(holds.get(subject)).filter(hold -> hold.holdsAt(world.now)),
                world);
    }

    private static void drain(Erasures erasures) {
        while (erasures.step()) {}
    }

    private static Erasures.ChoicesRecord choice(int partition, long offset, SubjectRef subject, long entry) {
        return record(partition, offset, subject, entry, false);
    }

    private static Erasures.ChoicesRecord returned(int partition, long offset, SubjectRef subject, long entry) {
        return record(partition, offset, subject, entry, true);
    }

    private static Erasures.ChoicesRecord record(
            int partition, long offset, SubjectRef subject, long entry, boolean returned) {
        SubjectErasure erasure = new SubjectErasure(
                "events.ingress/1/0/" + entry, Instant.parse("2026-11-26T05:00:00Z"), List.of(), returned);
        byte[] value = CanonicalJson.bytes(Map.of("version", 2, "erasure", erasure.toJson()));
        return new Erasures.ChoicesRecord(partition, offset, subject.value(), value);
    }

    /** The process's end. */
    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** All that outlives a process: ledger, log, trees and KMS; and the time. */
    private static final class Outside extends Clock implements Ledger, Trees {
        private final Map<String, byte[]> records = new TreeMap<>();
        private final List<AuditEntry> entries = new ArrayList<>();
        private final Map<SubjectRef, Integer> generation = new HashMap<>();
        private Instant now = Instant.parse("2026-11-26T05:00:00Z");
        private long revision = 1;
        private long destroyed;
        private int dieAt = Integer.MAX_VALUE;

        private void mayDie() {
            if (dieAt-- == 0) {
                throw new Died();
            }
        }

        @Override
        public void read(BiConsumer<String, byte[]> each) {
            new TreeMap<>(records).forEach(each);
        }

        @Override
        public void commit(Map<String, byte[]> changed, List<AuditEntry> said) {
            mayDie();
            records.putAll(changed);
            entries.addAll(said);
            mayDie();
        }

        @Override
        public ErasureOrder order(SubjectRef subject) {
            return new ErasureOrder(subject, new TreeMap<>(Map.of(1, generation.getOrDefault(subject, 0))));
        }

        @Override
        public List<Punctured> puncture(Collection<ErasureOrder> orders) {
            mayDie();
            boolean done = true;
            for (ErasureOrder order : orders) {
                int next = order.throughGenerations().get(1) + 1;
                done &= generation.getOrDefault(order.subject(), 0) >= next;
                generation.merge(order.subject(), next, Math::max);
            }
            revision += done ? 0 : 1;
            mayDie();
            return List.of(new Punctured(
                    new TreeId("dev", 1), revision - 1, "before", revision, "after", now, now.plus(LEASE)));
        }

        @Override
        public Destroyed destroy(Punctured punctured) {
            assertThat(now).isAfterOrEqualTo(punctured.liveKeysGoneAt());
            mayDie();
            List<DestroyReceipt> receipts = new ArrayList<>();
            for (long one = destroyed + 1; one < revision; one++) {
                receipts.add(new DestroyReceipt("tree-1-" + one, "id-" + one, now));
            }
            destroyed = revision - 1;
            mayDie();
            return new Destroyed(punctured.tree(), revision, receipts, now);
        }

        private List<String> codes() {
            List<String> codes = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                codes.add(json(i).path("code").asText());
            }
            return codes;
        }

        private JsonNode json(int entry) {
            try {
                return StrictJson.read(entries.get(entry).canonical());
            } catch (MalformedJsonException e) {
                throw new AssertionError(e);
            }
        }

        private ErasureState state(long entry) {
            return ErasureCase.of(records.get(ErasureCase.recordKey("events.ingress/1/0/" + entry)), "dev")
                    .state();
        }

        @Override
        public void close() {}

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
