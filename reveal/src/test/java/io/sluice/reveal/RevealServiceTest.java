package io.sluice.reveal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.certs.DevIdentity;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.reveal.answer.Reply;
import io.sluice.reveal.answer.RevealService;
import io.sluice.reveal.answer.RevealService.Address;
import io.sluice.reveal.operate.RevealMetrics;
import io.sluice.reveal.value.Revealer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered, and what stands in the log: real policy, real keys, real views; the trail is a fake. */
class RevealServiceTest {
    private static final Address VALUES = new Address.Values();
    private static final Address EMERGENCIES = new Address.Emergencies();
    private static final Address REVIEWS = new Address.Reviews();
    private static final String SSN = "/identifier/1/value";

    @TempDir
    private Path keys;

    private final FakeTrail trail = new FakeTrail();
    private final TestClock clock = new TestClock();
    private Optional<ActivePolicy> policy = Optional.of(Views.shared());
    private JsonNode view = Views.view();
    private RevealService service = service(Views.keys().ring());

    private static final class TestClock extends Clock {
        private Instant now = Views.NOW;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** For a test that changes the keys. */
    private Keystore ownKeys() {
        Keystore keystore = Views.keystore(keys);
        view = Views.care(keystore.ring());
        service = service(keystore.ring());
        return keystore;
    }

    @Test
    void whoMayGetsTheValueAndTheLogAnEntry() throws Exception {
        JsonNode answer = json(200, ask(DevIdentity.ADA, request("payment", item(SSN))));

        assertThat(answer.at("/items/0").toString())
                .isEqualTo("{\"answer\":\"OK\",\"type\":\"string\",\"value\":\"999-12-3456\",\"authentic\":true}");
        JsonNode entry = trail.last();
        assertThat(trail.texts).hasSize(1);
        assertThat(entry.path("code").asText()).isEqualTo("value-revealed");
        assertThat(entry.path("actor").asText()).isEqualTo("ada");
        assertThat(entry.path("dataset").asText()).isEqualTo("fhir-patient");
        assertThat(entry.at("/subject/ref").asText()).isEqualTo(Views.SUBJECT);
        JsonNode detail = entry.path("detail");
        assertThat(detail.path("request")).isEqualTo(answer.path("request"));
        assertThat(detail.path("record").asText()).isEqualTo(Views.RECORD);
        assertThat(detail.path("rule").asText()).isEqualTo("identity-check");
        assertThat(detail.path("binding").asText()).isEqualTo("record");
        assertThat(detail.path("key").asText())
                .isEqualTo(KeyId.of(Views.TENANT, "encrypt.care-identity", 1).hex());
        assertThat(detail.at("/legal/hipaa").asText()).isNotEmpty();
        assertThat(detail.at("/policy/entrypoint").asText()).isEqualTo("sluice/reveal");
        assertThat(detail.at("/input/patterns").toString()).contains("/identifier/[type.coding.code=SS]/value");
    }

    @Test
    void noEntryHoldsAValueOrAPlace() throws Exception {
        Map<String, Object> moved = item(SSN);
        moved.put("path", "/identifier/4/value");
        ask(DevIdentity.ADA, request("payment", item(SSN), item("/identifier/0/value"), moved));
        ask(DevIdentity.ADA, request("payment", item(SSN), Map.of("value", "secret-1", "path", "/secret-2")));

        assertThat(trail.texts).hasSize(4);
        assertThat(String.join("\n", trail.texts))
                .doesNotContain("999-12-3456", "12345678", "sf1.", "secret-", "/identifier/0", "/identifier/1")
                .doesNotContain("/identifier/4", text("/identifier/0/value"));
    }

    @Test
    void aDeterministicFieldOpensWhereverInItsListItStands() throws Exception {
        Map<String, Object> item = item("/identifier/2/value");
        item.put("path", "/identifier/0/value");

        assertThat(answers("payment", item)).containsExactly("OK plan-4711");
        assertThat(trail.last().at("/detail/binding").asText()).isEqualTo("dataset");
    }

    @Test
    void aTokenIsTurnedBackAndSaysThatNothingVouchesForIt() throws Exception {
        assertThat(text("/identifier/0/value")).matches("[0-9]{8}").isNotEqualTo("12345678");

        JsonNode answer = json(200, ask(DevIdentity.ADA, request("payment", item("/identifier/0/value"))));

        assertThat(answer.at("/items/0/value").asText()).isEqualTo("12345678");
        assertThat(answer.at("/items/0/authentic").asBoolean(true)).isFalse();
        assertThat(trail.last().at("/detail/input/domain").asText()).isEqualTo("care-mrn");
    }

    @Test
    void aTokenOfAnotherEpochHasAKeyOfItsOwn() throws Exception {
        Keystore keystore = ownKeys();
        Map<String, Object> item = item("/identifier/0/value");
        item.put("epoch", 2);
        assertThat(answers("payment", item)).containsExactly("AUTH_FAILED");

        keystore.ring().version("fpe.care-mrn", 2, false);

        assertThat(answers("payment", item).get(0)).startsWith("OK ").isNotEqualTo("OK 12345678");
    }

    @Test
    void whatIsOneWayStaysSo() throws Exception {
        Map<String, Object> kept = item("/identifier/4/value");
        Map<String, Object> madeUp = item("/identifier/4/value");
        madeUp.put("value", "tok1_abcd_" + "a".repeat(26));

        assertThat(answers("payment", item("/identifier/3/value"), madeUp))
                .containsExactly("REFUSED not-reversible", "REFUSED not-reversible");
        kept.put("path", "/resourceType");
        assertThat(answers("payment", kept).get(0)).startsWith("REFUSED ");
    }

    @Test
    void whoIsNoCallerGetsNothing() throws Exception {
        Reply reply = ask(DevIdentity.WEBSHOP, request("payment", item(SSN)));

        assertThat(json(403, reply).path("code").asText()).isEqualTo("caller-unknown");
        assertThat(trail.last().path("actor").asText()).isEqualTo("unknown");
        assertThat(trail.last().path("code").asText()).isEqualTo("reveal-refused");
        assertThat(trail.last().at("/detail/certificate").asText()).hasSize(64);
    }

    @Test
    void aPurposeWithoutAGrantGetsNothing() throws Exception {
        assertThat(answers("research", item(SSN))).containsExactly("REFUSED purpose-unlawful");
        assertThat(answers("emergency-treatment", item(SSN))).containsExactly("REFUSED not-granted");
        assertThat(answers("curiosity", item(SSN))).containsExactly("REFUSED purpose-unknown");
        assertThat(trail.last().path("code").asText()).isEqualTo("reveal-refused");
        assertThat(trail.last().at("/detail/answer").asText()).isEqualTo("REFUSED");
    }

    @Test
    void aCallerWithoutTheRoleGetsNothing() throws Exception {
        JsonNode answer = json(200, ask(DevIdentity.GRACE, request("payment", item(SSN))));

        assertThat(answer.at("/items/0/code").asText()).isEqualTo("not-granted");
    }

    @Test
    void aSwappedPlaceDoesNotOpen() throws Exception {
        for (Map.Entry<String, String> swap : Map.of(
                        "record", "r1_" + "c".repeat(26),
                        "subject", "s1_" + "c".repeat(26),
                        "path", "/identifier/2/value")
                .entrySet()) {
            Map<String, Object> item = item(SSN);
            item.put(swap.getKey(), swap.getValue());
            assertThat(answers("payment", item)).as(swap.getKey()).containsExactly("AUTH_FAILED");
            assertThat(trail.last().path("code").asText()).isEqualTo("reveal-refused");
            assertThat(trail.last().at("/detail/answer").asText()).isEqualTo("AUTH_FAILED");
            assertThat(trail.last().at("/detail/rule").asText()).isEqualTo("identity-check");
        }
    }

    @Test
    void aForgedOrUnknownKeyDoesNotOpen(@TempDir Path elsewhere) throws Exception {
        Keystore other = Views.keystore(elsewhere);
        other.ring().getOrCreate("encrypt.care-identity");
        other.ring().rotate("encrypt.care-identity");
        Map<String, Object> item = item(SSN);
        item.put("value", Views.care(other.ring()).at(SSN).asText());
        Map<String, Object> nonsense = item(SSN);
        nonsense.put("value", "sf1.AAAA");

        assertThat(answers("payment", item, nonsense)).containsExactly("AUTH_FAILED", "AUTH_FAILED");
    }

    @Test
    void aShreddedKeyIsToldApart() throws Exception {
        Keystore keystore = ownKeys();
        KeyId id = KeyId.of(Views.TENANT, "encrypt-deterministic.kms.care-plan", 1);
        assertThat(keystore.kms().destroy("keyring." + id.hex())).isPresent();
        service = service(
                Keystore.open(keys, keys.resolve("password"), Views.TENANT).ring());

        assertThat(answers("payment", item("/identifier/2/value"))).containsExactly("KEY_SHREDDED");
    }

    @Test
    void keysThatCannotBeAskedAreToldApart() throws Exception {
        ownKeys();
        Map<String, Object> item = item(SSN);
        byte[] body = java.util.Base64.getUrlDecoder().decode(text(SSN).substring(4));
        body[5] ^= 1; // a key id that the ring has to look for
        item.put(
                "value",
                "sf1." + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(body));
        Files.delete(keys.resolve("keyring.json"));

        assertThat(answers("payment", item)).containsExactly("KEY_UNAVAILABLE");
    }

    @Test
    void noEntryNoValue() throws Exception {
        for (FakeTrail.Mode mode : List.of(FakeTrail.Mode.LOST, FakeTrail.Mode.KEPT_UNTOLD)) {
            trail.mode = mode;
            Reply reply = ask(DevIdentity.ADA, request("payment", item(SSN)));
            assertThat(json(503, reply).path("code").asText()).isEqualTo("entry-not-durable");
            assertThat(new String(reply.body(), StandardCharsets.UTF_8)).doesNotContain("999-12-3456");
            assertThat(reply.retryAfterSeconds()).isPositive();
            reply = ask(DevIdentity.WEBSHOP, request("payment", item(SSN)));
            assertThat(json(503, reply).path("code").asText()).isEqualTo("entry-not-durable");
        }
    }

    @Test
    void withoutAPolicyNothingIsRevealed() throws Exception {
        policy = Optional.empty();

        assertThat(json(503, ask(DevIdentity.ADA, request("payment", item(SSN))))
                        .path("code")
                        .asText())
                .isEqualTo("policy-unavailable");
        assertThat(trail.last().at("/detail/code").asText()).isEqualTo("policy-unavailable");
    }

    @Test
    void eachItemOfABatchHasItsAnswerAndItsEntry() throws Exception {
        Map<String, Object> unknown = item(SSN);
        unknown.put("dataset", "cars");

        assertThat(answers("payment", item(SSN), unknown, item("/identifier/2/value")))
                .containsExactly("OK 999-12-3456", "REFUSED dataset-unknown", "OK plan-4711");

        assertThat(trail.texts).hasSize(3);
        assertThat(trail.last().at("/detail/item").asInt()).isEqualTo(2);
    }

    @Test
    void aBatchHasALimit() throws Exception {
        Reply reply = ask(
                DevIdentity.ADA,
                Map.of(
                        "purpose",
                        "payment",
                        "items",
                        Collections.nCopies(RevealLimits.DEFAULT.maxItems() + 1, item(SSN))));

        assertThat(json(413, reply).path("code").asText()).isEqualTo("batch-too-large");
        assertThat(trail.texts).hasSize(1);
    }

    @Test
    void aQuotaIsKeptAndToldOnceAMinute() throws Exception {
        Map<String, Object> five = request("payment", item(SSN), item(SSN), item(SSN), item(SSN), item(SSN));
        assertThat(ask(DevIdentity.ALAN, five).status()).isEqualTo(200);
        int entries = trail.texts.size();

        for (int i = 0; i < 3; i++) {
            Reply reply = ask(DevIdentity.ALAN, request("payment", item(SSN)));
            assertThat(json(429, reply).path("code").asText()).isEqualTo("rate-exceeded");
            assertThat(reply.retryAfterSeconds()).isEqualTo(12);
        }
        assertThat(trail.texts).hasSize(entries + 1);
        assertThat(ask(DevIdentity.ADA, request("payment", item(SSN))).status()).isEqualTo(200);

        clock.now = clock.now.plus(Duration.ofSeconds(61));
        assertThat(ask(DevIdentity.ALAN, five).status()).isEqualTo(200);
        assertThat(ask(DevIdentity.ALAN, five).status()).isEqualTo(429);
        assertThat(trail.last().at("/detail/code").asText()).isEqualTo("rate-exceeded");
    }

    @Test
    void refusesWhatIsNoRequestByName() throws Exception {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("{", "The text is not JSON");
        bad.put("[]", "The body must be an object");
        bad.put("{\"purpose\":\"payment\"}", "/items must be a list");
        bad.put("{\"purpose\":\"payment\",\"items\":[]}", "/items must be a list");
        bad.put("{\"purpose\":\"payment\",\"items\":[1]}", "/items/0 must be an object");
        bad.put("{\"purpose\":\"payment\",\"items\":[{}],\"x\":1}", "The body has a member that is not known");
        bad.put("{\"items\":[" + itemText("", "") + "]}", "/purpose is missing");
        bad.put("{\"purpose\":\"Pay Ment\",\"items\":[" + itemText("", "") + "]}", "/purpose must be an id");
        bad.put(body(itemText("\"value\":\"v\"", "")), "/items/0/value is missing");
        bad.put(body(itemText("\"r1_" + "b".repeat(26) + "\"", "\"Jane Doe\"")), "/items/0/record must be the id");
        bad.put(body(itemText("\"" + Views.SUBJECT + "\"", "\"p-1\"")), "/items/0/subject must be a subject reference");
        bad.put(body(itemText("\"/a\"", "\"a\"")), "/items/0/path must be a JSON Pointer");
        bad.put(body(itemText("\"/a\"", "7")), "/items/0/path must be a text");
        bad.put(body(itemText("}", ",\"epoch\":0}")), "/items/0/epoch must be 1 to 100");
        bad.put(body(itemText("}", ",\"patient\":\"Jane\"}")), "/items/0 has a member that is not known");
        bad.put(
                "{\"purpose\":\"payment\",\"emergency\":\"now\",\"items\":[" + itemText("", "") + "]}",
                "/emergency must");
        for (Map.Entry<String, String> one : bad.entrySet()) {
            Reply reply = service.answer(
                    VALUES, Views.certificate(DevIdentity.ADA), one.getKey().getBytes(StandardCharsets.UTF_8));
            assertThat(json(400, reply).path("detail").asText())
                    .as(one.getKey())
                    .startsWith(one.getValue());
            assertThat(trail.last().path("code").asText()).isEqualTo("reveal-refused");
        }
        assertThat(String.join("\n", trail.texts)).doesNotContain("Jane");
    }

    @Test
    void anEmergencyRevealsForItsTimeAndIsReviewedByAnother() throws Exception {
        assertThat(answersOf(DevIdentity.GRACE, "emergency-treatment", null, item(SSN)))
                .containsExactly("REFUSED not-granted");
        JsonNode opened = json(201, open(DevIdentity.GRACE, 30));
        String id = opened.path("id").asText();
        assertThat(opened.path("until").asText()).isEqualTo("2026-11-26T12:30:00Z");
        assertThat(opened.path("reviewBy").asText()).isEqualTo("2026-11-29T12:00:00Z");
        assertThat(trail.last().path("code").asText()).isEqualTo("emergency-opened");
        assertThat(trail.last().at("/detail/emergency/reviewBy").asText()).isEqualTo("2026-11-29T12:00:00Z");
        assertThat(trail.last().at("/detail/clause").asText()).isEqualTo("45 CFR 164.312(a)(2)(ii)");

        assertThat(answersOf(DevIdentity.GRACE, "emergency-treatment", id, item(SSN)))
                .containsExactly("OK 999-12-3456");
        assertThat(trail.last().at("/detail/emergency").asText()).isEqualTo(id);
        assertThat(trail.last().at("/detail/rule").asText()).isEqualTo("emergency");
        assertThat(answersOf(DevIdentity.GRACE, "treatment", id, item(SSN)))
                .containsExactly("REFUSED emergency-other-purpose");
        assertThat(answersOf(DevIdentity.ADA, "emergency-treatment", id, item(SSN)))
                .containsExactly("REFUSED emergency-not-yours");

        clock.now = clock.now.plus(Duration.ofMinutes(30));
        assertThat(answersOf(DevIdentity.GRACE, "emergency-treatment", id, item(SSN)))
                .containsExactly("REFUSED emergency-expired");
        assertThat(trail.last().path("code").asText()).isEqualTo("reveal-refused");

        clock.now = clock.now.plus(Duration.ofDays(4));
        JsonNode due = json(200, service.answer(REVIEWS, Views.certificate(DevIdentity.ADA), new byte[0]));
        assertThat(due.at("/reviews/0/overdue").asBoolean()).isTrue();
        assertThat(json(403, review(DevIdentity.GRACE, id)).path("reason").asText())
                .isEqualTo("review-not-granted");
        assertThat(json(200, review(DevIdentity.ADA, id)).path("reviewer").asText())
                .isEqualTo("ada");
        assertThat(trail.last().path("code").asText()).isEqualTo("emergency-reviewed");
        assertThat(trail.last().at("/detail/emergency/justified").asBoolean()).isTrue();
        assertThat(trail.last().at("/detail/emergency/overdue").asBoolean()).isTrue();

        assertThat(json(403, review(DevIdentity.ADA, id)).path("reason").asText())
                .isEqualTo("emergency-unknown");
        assertThat(answersOf(DevIdentity.GRACE, "emergency-treatment", id, item(SSN)))
                .containsExactly("REFUSED emergency-unknown");
    }

    @Test
    void nobodyReviewsTheirOwnEmergency() throws Exception {
        String id = json(201, open(DevIdentity.ADA, 5)).path("id").asText();

        assertThat(json(403, review(DevIdentity.ADA, id)).path("reason").asText())
                .isEqualTo("review-of-own");
        assertThat(trail.last().path("code").asText()).isEqualTo("reveal-refused");
        assertThat(trail.reviews.find(id)).isPresent();
        assertThat(review(DevIdentity.ALAN, id).status()).isEqualTo(200);
    }

    @Test
    void anEmergencyIsNeitherForEverybodyNorForLong() throws Exception {
        assertThat(json(403, open(DevIdentity.ALAN, 5)).path("reason").asText()).isEqualTo("emergency-not-granted");
        assertThat(json(403, open(DevIdentity.GRACE, 61)).path("reason").asText())
                .isEqualTo("emergency-too-long");
        assertThat(json(400, open(DevIdentity.GRACE, 0)).path("detail").asText())
                .startsWith("/minutes");
        assertThat(trail.reviews.count()).isZero();
        trail.mode = FakeTrail.Mode.LOST;
        assertThat(open(DevIdentity.GRACE, 5).status()).isEqualTo(503);
        assertThat(trail.reviews.count()).isZero();
    }

    private RevealService service(KeyRing ring) {
        return new RevealService(
                Views.TENANT,
                RevealLimits.DEFAULT,
                now -> policy,
                new Revealer(ring, FieldKeys.ofRing(ring), Views.TENANT),
                trail,
                trail.reviews,
                new RevealMetrics(),
                clock,
                () -> TimeUnit.SECONDS.toNanos(clock.now.getEpochSecond()));
    }

    private Reply open(DevIdentity who, int minutes) throws Exception {
        return service.answer(
                EMERGENCIES,
                Views.certificate(who),
                Views.MAPPER.writeValueAsBytes(Map.of(
                        "purpose",
                        "emergency-treatment",
                        "reason",
                        "unconscious, no next of kin",
                        "minutes",
                        minutes)));
    }

    private Reply review(DevIdentity who, String id) throws Exception {
        return service.answer(
                new Address.Review(id),
                Views.certificate(who),
                Views.MAPPER.writeValueAsBytes(
                        Map.of("justified", true, "finding", "agreed with the head of the ward")));
    }

    private Reply ask(DevIdentity who, Map<String, Object> request) throws Exception {
        return service.answer(VALUES, Views.certificate(who), Views.MAPPER.writeValueAsBytes(request));
    }

    @SafeVarargs
    private List<String> answers(String purpose, Map<String, Object>... items) throws Exception {
        return answersOf(DevIdentity.ADA, purpose, null, items);
    }

    @SafeVarargs
    private List<String> answersOf(
            DevIdentity who, String purpose, @Nullable String emergency, Map<String, Object>... items)
            throws Exception {
        Map<String, Object> request = new LinkedHashMap<>(request(purpose, items));
        if (emergency != null) {
            request.put("emergency", emergency);
        }
        List<String> answers = new java.util.ArrayList<>();
        for (JsonNode item : json(200, ask(who, request)).path("items")) {
            String more = item.path("value").asText(item.path("code").asText());
            answers.add((item.path("answer").asText() + " " + more).strip());
        }
        return answers;
    }

    @SafeVarargs
    private static Map<String, Object> request(String purpose, Map<String, Object>... items) {
        return Map.of("purpose", purpose, "items", List.of(items));
    }

    /** What stands in the view at a place, with its place. */
    private Map<String, Object> item(String path) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("value", text(path));
        item.put("dataset", "fhir-patient");
        item.put("releasedFor", "treatment");
        item.put("record", Views.RECORD);
        item.put("subject", Views.SUBJECT);
        item.put("path", path);
        return item;
    }

    private String text(String path) {
        return view.at(path).asText();
    }

    private static String itemText(String replaced, String by) {
        String item = "{\"value\":\"v\",\"dataset\":\"fhir-patient\",\"releasedFor\":\"treatment\",\"record\":\"r1_"
                + "b".repeat(26) + "\",\"subject\":\"" + Views.SUBJECT + "\",\"path\":\"/a\"}";
        return replaced.isEmpty() ? item : item.replace(replaced + (by.isEmpty() ? "," : ""), by);
    }

    private static String body(String item) {
        return "{\"purpose\":\"payment\",\"items\":[" + item + "]}";
    }

    private static JsonNode json(int status, Reply reply) throws Exception {
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        assertThat(reply.status()).as(text).isEqualTo(status);
        return Views.MAPPER.readTree(text);
    }
}
