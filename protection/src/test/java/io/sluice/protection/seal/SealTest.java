package io.sluice.protection.seal;

import static io.sluice.protection.seal.SealFixtures.event;
import static io.sluice.protection.seal.SealFixtures.headers;
import static io.sluice.protection.seal.SealFixtures.tags;
import static io.sluice.protection.seal.SealFixtures.withoutSubject;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Tags;
import io.sluice.protection.keys.DestroyReceipt;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
    @TempDir
    Path folder;

    private SealKeys keys;
    private Sealer sealer;
    private Opener opener;

    @BeforeEach
    void open() {
        keys = SealKeys.openOrCreate(folder.resolve("ingress"), folder.resolve("password"), SealFixtures.TENANT);
        sealer = keys.sealer();
        opener = keys.opener(UnwrapLimits.DEFAULT);
    }

    @Test
    void opensWhatWasSealed() {
        for (Tags tags : List.of(tags(), withoutSubject())) {
            SealedEvent sealed = sealer.seal(tags, event());
            assertThat(opener.open(sealed.key(), headers(sealed), sealed.value()))
                    .isEqualTo(new Opened.Open(tags, event()));
        }
    }

    @Test
    void opensEventsWithoutOptionalPartsAndData() {
        ClientEvent bare = new ClientEvent("1", "s", "t", null, null, "text/plain", new TreeMap<>(), new byte[0]);
        SealedEvent sealed = sealer.seal(tags(), bare);
        assertThat(opener.open(sealed.key(), headers(sealed), sealed.value())).isEqualTo(new Opened.Open(tags(), bare));
    }

    @Test
    void anotherProcessOpensIt() {
        SealedEvent sealed = sealer.seal(tags(), event());
        Opener other = SealKeys.open(folder.resolve("ingress"), folder.resolve("password"), SealFixtures.TENANT)
                .opener(UnwrapLimits.DEFAULT);
        assertThat(other.open(sealed.key(), headers(sealed), sealed.value())).isInstanceOf(Opened.Open.class);
    }

    /** P2: nothing of the producer's stands in the record in clear. */
    @Test
    void showsNothingOfTheEvent() {
        SealedEvent sealed = sealer.seal(tags(), event());
        StringBuilder all = new StringBuilder(new String(sealed.key(), ISO_8859_1));
        all.append(new String(sealed.value(), ISO_8859_1));
        sealed.headers().forEach(header -> all.append(header.name()).append(new String(header.required(), ISO_8859_1)));
        assertThat(all.toString())
                .doesNotContain("obs-1", "9ceb9c47", "ehr", "traceparent", "Ord", "resourceType", "org.hl7");
        assertThat(sealed.toString() + opener + event()).doesNotContain("obs-1", "Ord");
    }

    /** P3: any flipped bit of value, header or key is refused. */
    @Test
    void refusesEveryFlippedBit() {
        SealedEvent sealed = sealer.seal(tags(), event());
        List<Header> headers = headers(sealed);
        int flips = 0;
        for (int i = 0; i < sealed.value().length * 8; i++, flips++) {
            assertRefused(sealed.key(), headers, flip(sealed.value(), i));
        }
        for (int i = 0; i < sealed.key().length * 8; i++, flips++) {
            assertCode(flip(sealed.key(), i), headers, sealed.value(), ReasonCode.HEADER_INVALID);
        }
        for (int h = 0; h < headers.size(); h++) {
            byte[] value = java.util.Objects.requireNonNull(headers.get(h).value());
            byte[] name = headers.get(h).name().getBytes(ISO_8859_1);
            for (int i = 0; i < value.length * 8; i++, flips++) {
                assertRefused(
                        sealed.key(),
                        with(headers, h, new Header(headers.get(h).name(), flip(value, i))),
                        sealed.value());
            }
            for (int i = 0; i < name.length * 8; i++, flips++) {
                Header renamed = new Header(new String(flip(name, i), ISO_8859_1), value);
                assertRefused(sealed.key(), with(headers, h, renamed), sealed.value());
            }
        }
        assertThat(flips).isGreaterThan(5_000);
    }

    @Test
    void refusesTruncationAndExtension() {
        SealedEvent sealed = sealer.seal(tags(), event());
        for (int length = 0; length < sealed.value().length; length++) {
            assertCode(sealed.key(), headers(sealed), Arrays.copyOf(sealed.value(), length), ReasonCode.SEAL_INVALID);
        }
        byte[] longer = Arrays.copyOf(sealed.value(), sealed.value().length + 1);
        assertCode(sealed.key(), headers(sealed), longer, ReasonCode.SEAL_INVALID);
        assertCode(sealed.key(), headers(sealed), null, ReasonCode.SEAL_INVALID);
    }

    @Test
    void refusesMissingDoubledUnknownAndWronglyCasedHeaders() {
        SealedEvent sealed = sealer.seal(tags(), event());
        List<Header> headers = headers(sealed);
        for (int h = 0; h < headers.size(); h++) {
            Header header = headers.get(h);
            List<Header> missing = new ArrayList<>(headers);
            missing.remove(h);
            assertRefused(sealed.key(), missing, sealed.value());
            List<Header> doubled = new ArrayList<>(headers);
            doubled.add(header);
            assertCode(sealed.key(), doubled, sealed.value(), ReasonCode.HEADER_INVALID);
            String upper = header.name().substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                    + header.name().substring(1);
            assertCode(
                    sealed.key(),
                    with(headers, h, new Header(upper, header.value())),
                    sealed.value(),
                    ReasonCode.HEADER_INVALID);
            List<Header> alsoUpper = new ArrayList<>(headers);
            alsoUpper.add(new Header(upper, header.value()));
            assertCode(sealed.key(), alsoUpper, sealed.value(), ReasonCode.HEADER_INVALID);
            assertCode(
                    sealed.key(),
                    with(headers, h, new Header(header.name(), null)),
                    sealed.value(),
                    ReasonCode.HEADER_INVALID);
        }
        for (String name : List.of("ce_subject", "ce_extra", "CE_ID", "ce_", "Ce_dataset")) {
            List<Header> unknown = new ArrayList<>(headers);
            unknown.add(new Header(name, "x".getBytes(UTF_8)));
            assertCode(sealed.key(), unknown, sealed.value(), ReasonCode.HEADER_INVALID);
        }
    }

    @Test
    void looksPastOtherHeadersAndTheirOrder() {
        SealedEvent sealed = sealer.seal(tags(), event());
        List<Header> headers = new ArrayList<>(headers(sealed));
        java.util.Collections.reverse(headers);
        headers.add(new Header(Headers.ATTEMPT, "1".getBytes(UTF_8)));
        headers.add(new Header("traceparent", null));
        assertThat(opener.open(sealed.key(), headers, sealed.value())).isInstanceOf(Opened.Open.class);
    }

    @Test
    void refusesARecordMovedToAnotherSubjectDatasetOrTenant() {
        SealedEvent mine = sealer.seal(tags(), event());
        SealedEvent yours = sealer.seal(withoutSubject(), event());
        assertCode(yours.key(), headers(mine), mine.value(), ReasonCode.HEADER_INVALID);
        assertCode(mine.key(), headers(mine), yours.value(), ReasonCode.SEAL_INVALID);
        assertCode(null, headers(mine), mine.value(), ReasonCode.HEADER_INVALID);

        List<Header> retagged = headers(mine);
        for (int h = 0; h < retagged.size(); h++) {
            if (retagged.get(h).name().equals(Headers.CE_DATASET)) {
                retagged.set(h, new Header(Headers.CE_DATASET, "orders".getBytes(UTF_8)));
            }
        }
        assertCode(mine.key(), retagged, mine.value(), ReasonCode.SEAL_INVALID);
    }

    @Test
    void refusesAnOversizedWrappedKey() {
        SealedEvent sealed = sealer.seal(tags(), event());
        SealForm form = new SealForm(new byte[12], "ingress-2026-11-23", new byte[SealForm.MAX_WRAPPED_BYTES + 1]);
        assertCode(sealed.key(), withSeal(sealed, form.toHeader()), sealed.value(), ReasonCode.HEADER_INVALID);
        SealForm foreign = new SealForm(new byte[12], "keyring", new byte[61]);
        assertCode(sealed.key(), withSeal(sealed, foreign.toHeader()), sealed.value(), ReasonCode.HEADER_INVALID);
    }

    @Test
    void answersKeyUnavailableOnceThePeriodIsDestroyed() {
        SealedEvent sealed = sealer.seal(tags(), event());
        assertThat(keys.destroyPeriodsBefore(LocalDate.of(2026, 11, 23))).isEmpty();
        assertThat(keys.destroyPeriodsBefore(LocalDate.of(2026, 11, 24)))
                .extracting(DestroyReceipt::keyName)
                .containsExactly("ingress-2026-11-23");
        assertCode(sealed.key(), headers(sealed), sealed.value(), ReasonCode.KEY_UNAVAILABLE);
        assertThat(keys.subjectReferences().of("c", "s", "1")).isNotNull();
    }

    @Test
    void neverThrowsOnGarbage() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        SealedEvent sealed = sealer.seal(tags(), event());
        List<String> names =
                new ArrayList<>(sealed.headers().stream().map(Header::name).toList());
        names.addAll(List.of("", "ce_", "x", "ce_\u212a", "Sluice-Seal"));
        for (int i = 0; i < 20_000; i++) {
            List<Header> headers = new ArrayList<>(random.nextBoolean() ? headers(sealed) : List.of());
            for (int n = random.nextInt(4); n > 0; n--) {
                byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 70_000 : 90)];
                random.nextBytes(value);
                Header header =
                        new Header(names.get(random.nextInt(names.size())), random.nextInt(9) == 0 ? null : value);
                if (!headers.isEmpty() && random.nextBoolean()) {
                    headers.set(random.nextInt(headers.size()), header);
                } else {
                    headers.add(header);
                }
            }
            byte[] value = new byte[random.nextInt(200)];
            random.nextBytes(value);
            assertThat(opener.open(sealed.key(), headers, value))
                    .as("seed " + seed)
                    .isInstanceOf(Opened.Refused.class);
        }
    }

    @Test
    void noNonceIsUsedTwiceByManyThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Callable<List<SealedEvent>>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            tasks.add(() -> {
                List<SealedEvent> made = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    made.add(sealer.seal(tags(), event()));
                }
                return made;
            });
        }
        Set<String> seen = new HashSet<>();
        for (Future<List<SealedEvent>> one : pool.invokeAll(tasks)) {
            for (SealedEvent sealed : one.get()) {
                assertThat(seen.add(new String(SealFixtures.seal(sealed), ISO_8859_1)))
                        .isTrue();
                assertThat(opener.open(sealed.key(), headers(sealed), sealed.value()))
                        .isInstanceOf(Opened.Open.class);
            }
        }
        pool.shutdown();
        assertThat(seen).hasSize(2_000);
    }

    @Test
    void takesANewKeyEachDay() {
        sealer.prepare(LocalDate.of(2026, 11, 24));
        SealedEvent today = sealer.seal(at("2026-11-23T23:59:59Z"), event());
        SealedEvent tomorrow = sealer.seal(at("2026-11-24T00:00:00Z"), event());
        SealedEvent late = sealer.seal(at("2026-11-23T23:59:59Z"), event());
        assertThat(keyName(today)).isEqualTo("ingress-2026-11-23");
        assertThat(keyName(tomorrow)).isEqualTo("ingress-2026-11-24");
        assertThat(keyName(late)).isEqualTo("ingress-2026-11-24");
        for (SealedEvent sealed : List.of(today, tomorrow, late)) {
            assertThat(opener.open(sealed.key(), headers(sealed), sealed.value()))
                    .isInstanceOf(Opened.Open.class);
        }
    }

    @Test
    void refusesToSealAfterClose() {
        sealer.seal(tags(), event());
        sealer.close();
        assertThatThrownBy(() -> sealer.seal(tags(), event())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void referencesDependOnEveryPart() {
        SubjectReferences references = keys.subjectReferences();
        assertThat(references.of("st-elsewhere", "patient", "1"))
                .isEqualTo(references.of("st-elsewhere", "patient", "1"));
        assertThat(Set.of(
                        references.of("st-elsewhere", "patient", "1"),
                        references.of("st-elsewhere", "patient", "2"),
                        references.of("st-elsewhere", "patien", "t1"),
                        references.of("other", "patient", "1")))
                .hasSize(4);
        assertThat(references.all("st-elsewhere", "patient", "1"))
                .containsExactly(references.of("st-elsewhere", "patient", "1"));
        assertThat(references.eventId("p", "s", "1"))
                .isEqualTo(references.eventId("p", "s", "1"))
                .isNotEqualTo(references.eventId("q", "s", "1"))
                .matches("e1_[a-z2-7]{26}");
        SealKeys again = SealKeys.open(folder.resolve("ingress"), folder.resolve("password"), SealFixtures.TENANT);
        assertThat(again.subjectReferences().of("c", "s", "1")).isEqualTo(references.of("c", "s", "1"));
    }

    private static Tags at(String received) {
        Tags t = tags();
        return new Tags(
                t.id(),
                t.source(),
                t.type(),
                t.dataset(),
                t.producer(),
                t.purpose(),
                t.subjectRef(),
                t.subjectRegion(),
                Instant.parse(received),
                t.activation(),
                t.attributes());
    }

    private static String keyName(SealedEvent sealed) {
        SealForm form = SealForm.ofHeader(SealFixtures.seal(sealed));
        return form == null ? "none" : form.keyName();
    }

    private static List<Header> withSeal(SealedEvent sealed, byte[] seal) {
        List<Header> headers = headers(sealed);
        headers.removeIf(header -> header.name().equals(Headers.SEAL));
        headers.add(new Header(Headers.SEAL, seal));
        return headers;
    }

    private static List<Header> with(List<Header> headers, int index, Header header) {
        List<Header> changed = new ArrayList<>(headers);
        changed.set(index, header);
        return changed;
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    private void assertRefused(byte[] key, List<Header> headers, byte[] value) {
        assertThat(opener.open(key, headers, value)).isInstanceOf(Opened.Refused.class);
    }

    private void assertCode(byte @Nullable [] key, List<Header> headers, byte @Nullable [] value, ReasonCode code) {
        assertThat(opener.open(key, headers, value)).isEqualTo(new Opened.Refused(code));
    }
}
