package io.sluice.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries from parts that are encoded once are, byte for byte, those that are encoded whole. */
class DecidedEntriesTest {
    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123456Z");
    private static final String BUNDLE = "ab".repeat(32);
    private static final Legal LEGAL = new Legal("research", "f \u2013 \u00a7 5", null, "164.502(d)(2)", null, null);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equalTheEntryThatIsEncodedWhole(long seed) {
        Random random = new Random(seed);
        String region = random.nextBoolean() ? "US" : null;
        ReleaseInput input = input(region);
        DecidedEntries entries = entries(input);
        for (int i = 0; i < 200; i++) {
            IngressPosition position = new IngressPosition(1, random.nextInt(12), random.nextInt(1_000_000));
            Tags tags =
                    tags("e" + i, region, random.nextInt(4) == 0 ? null : "s1_" + "abcdefghij".repeat(2) + "234567");
            List<RecipientOutcome> outcomes = outcomes(random);
            int attempt = random.nextInt(3);

            AuditEntry entry = entries.of(position, attempt, AT, tags, outcomes);

            assertThat(new String(entry.canonical(), StandardCharsets.UTF_8))
                    .as("seed %d, entry %d", seed, i)
                    .isEqualTo(CanonicalJson.text(whole(position, attempt, tags, input, outcomes)));
            assertThat(entry.id()).isEqualTo(position.entryId(attempt));
        }
    }

    @Test
    void areCanonical() throws Exception {
        AuditEntry entry = entries(input("US"))
                .of(new IngressPosition(1, 0, 7), 0, AT, tags("e", "US", null), outcomes(new Random(1)));

        assertThat(CanonicalJson.bytes(StrictJson.read(entry.canonical()))).isEqualTo(entry.canonical());
    }

    @Test
    void ofAFurtherAttemptSayWhatItIsAnAttemptAt() {
        ReleaseInput input = input("US");
        IngressPosition position = new IngressPosition(1, 0, 7);
        Tags tags = tags("e", "US", "s1_" + "abcdefghij".repeat(2) + "234567");
        List<RecipientOutcome> outcomes = outcomes(new Random(1));
        Map<String, Object> whole = whole(position, 2, tags, input, outcomes);
        whole.put(
                "requeue",
                Map.of("first", "events.ingress/1/0/7", "open", List.of("care"), "sealed", 4L, "stamped", 9L));

        AuditEntry entry = entries(input)
                .requeued(new Requeued(position, List.of("care"), OptionalLong.of(4), 9))
                .of(position, 2, AT, tags, outcomes);

        assertThat(new String(entry.canonical(), StandardCharsets.UTF_8)).isEqualTo(CanonicalJson.text(whole));
    }

    /** What was stamped and what was applied: a floor says so, and nothing else does. */
    @Test
    void aFloorIsNamedBesideTheActivationStamped() {
        ReleaseInput input = input("US");
        IngressPosition position = new IngressPosition(1, 0, 7);
        Tags tags = tags("e", "US", null);
        DecidedEntries floor = new DecidedEntries(
                "dev", "protect/0", "clinic", List.of("hipaa"), new DecidedEntries.Policy(4, 9, 8, BUNDLE), input);
        assertThat(text(floor.of(position, 0, AT, tags, List.of())))
                .contains("\"policy\":{\"activation\":4,\"applied\":9,\"bundle\":\"" + BUNDLE + "\"");
        assertThat(text(entries(input).of(position, 0, AT, tags, List.of()))).doesNotContain("applied");
    }

    private static String text(AuditEntry entry) {
        return new String(entry.canonical(), StandardCharsets.UTF_8);
    }

    private static DecidedEntries entries(ReleaseInput input) {
        return new DecidedEntries(
                "dev", "protect/0", "clinic", List.of("hipaa"), new DecidedEntries.Policy(4, 3, BUNDLE), input);
    }

    private static ReleaseInput input(@Nullable String region) {
        return new ReleaseInput(
                LocalDate.of(2026, 11, 23),
                "orders",
                "clinic",
                "shop",
                "Shop \"A\" \u00d8st \ud83d\ude00",
                "order",
                region,
                List.of("newsletter"),
                List.of(),
                List.of("*"),
                new TreeMap<>(Map.of("status", "final")));
    }

    private static Tags tags(String id, @Nullable String region, @Nullable String subject) {
        return new Tags(
                id,
                "urn:sluice:dev:gateway",
                Tags.EVENT_TYPE,
                "orders",
                "shop",
                "order",
                subject == null ? null : new SubjectRef(subject),
                region,
                AT,
                4,
                new TreeMap<>(Map.of("status", "final")));
    }

    /** Another disposition, key or pattern from one record to the next, as records of one decision have. */
    private static List<RecipientOutcome> outcomes(Random random) {
        List<RecipientOutcome> outcomes = new ArrayList<>();
        for (String recipient : List.of("care", "marketing", "research")) {
            outcomes.add(
                    switch (random.nextInt(6)) {
                        case 0 -> RecipientOutcome.withheld(recipient, List.of(new Reason("no-consent", "Art. 7")));
                        case 1 -> RecipientOutcome.quarantined(recipient, ReasonCode.TRANSFORM_FAILED);
                        default ->
                            new RecipientOutcome(
                                    recipient,
                                    Disposition.RELEASE,
                                    "r1_" + random.nextLong(),
                                    random.nextInt(8) == 0 ? "cd" : "ef",
                                    random.ints(random.nextInt(5), 0, 3).toArray(),
                                    random.nextInt(120),
                                    random.nextBoolean() ? Set.of() : Set.of("k2", "k1"),
                                    LEGAL,
                                    random.nextBoolean() ? List.of() : List.of(new Reason("rule", null)),
                                    null);
                    });
        }
        return outcomes;
    }

    /** As {@code docs/specs/audit-log.md} says it, member for member. */
    private static Map<String, Object> whole(
            IngressPosition position, int attempt, Tags tags, ReleaseInput input, List<RecipientOutcome> outcomes) {
        Map<String, Object> subject = new TreeMap<>();
        if (tags.subjectRef() != null) {
            subject.put("ref", tags.subjectRef().value());
        }
        if (tags.subjectRegion() != null) {
            subject.put("region", tags.subjectRegion());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("specversion", "1.0");
        json.put("id", position.entryId(attempt));
        json.put("type", "io.sluice.audit.record");
        json.put("tenant", "dev");
        json.put("writer", "protect/0");
        json.put("recorded", "2026-11-23T10:00:00.123456Z");
        json.put("time", "2026-11-23T10:00:00.123456Z");
        json.put("event", tags.id());
        json.put("dataset", "orders");
        json.put("producer", "shop");
        json.put("purpose", "order");
        if (!subject.isEmpty()) {
            json.put("subject", subject);
        }
        json.put("controller", "clinic");
        json.put("regimes", List.of("hipaa"));
        json.put("policy", Map.of("activation", 4, "revision", 3, "bundle", BUNDLE, "entrypoint", "sluice/release"));
        json.put("input", input.toJson());
        json.put("recipients", outcomes.stream().map(DecidedEntriesTest::whole).toList());
        json.put("outcome", Map.of("code", "decided"));
        return json;
    }

    private static Map<String, Object> whole(RecipientOutcome outcome) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", outcome.recipient());
        json.put("disposition", outcome.disposition().code());
        if (outcome.code() != null) {
            json.put("code", outcome.code().code());
        }
        if (outcome.releasedId() != null) {
            List<List<Integer>> patterns = new ArrayList<>();
            for (int i = 0; i < outcome.patternCounts().length; i++) {
                if (outcome.patternCounts()[i] > 0) {
                    patterns.add(List.of(i, outcome.patternCounts()[i]));
                }
            }
            json.put("releasedId", outcome.releasedId());
            json.put("plan", outcome.plan());
            json.put("patterns", patterns);
            json.put("undeclared", outcome.undeclared());
        }
        if (!outcome.keys().isEmpty()) {
            json.put("keys", outcome.keys().stream().sorted().toList());
        }
        if (outcome.legal() != null) {
            json.put("legal", outcome.legal().toJson());
        }
        if (!outcome.reasons().isEmpty()) {
            json.put("reasons", outcome.reasons().stream().map(Reason::toJson).toList());
        }
        return json;
    }
}
