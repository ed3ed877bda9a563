package io.sluice.audit.report;

import static io.sluice.audit.report.ReportLog.quarantined;
import static io.sluice.audit.report.ReportLog.released;
import static io.sluice.audit.report.ReportLog.withheld;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.note.Checkpoint;
import io.sluice.core.audit.AccountingSuspension;
import io.sluice.core.audit.AccountingSuspension.Statement;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.sign.KeyUse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each report on a log that was made up for it. */
class ReportsTest {
    private static final String ANN = "s1_" + "a".repeat(26);
    private static final String BOB = "s1_" + "b".repeat(26);
    private static final List<String> HIPAA = List.of("hipaa");
    private static final List<String> GDPR = List.of("gdpr");
    private static final long DAY = 86_400;
    private static final Map<String, String> HEALTH_CARE =
            Map.of("purpose", "treatment", "hipaa", "45 CFR 164.506(c)", "accounting528", "tpo");
    private static final Map<String, String> PUBLIC_HEALTH =
            Map.of("purpose", "public-health", "hipaa", "45 CFR 164.512(b)");
    private static final Map<String, String> RESEARCH =
            Map.of("purpose", "research", "hipaa", "45 CFR 164.502(d)(2)", "accounting528", "de-identified");

    @TempDir
    private Path folder = Path.of("unset");

    private ReportLog log = new ReportLog(Path.of("unset"));
    private String open = "";
    private String coded = "";
    private String safe = "";

    @BeforeEach
    void rulebook() {
        log = new ReportLog(folder).rulebook(Rulebooks.clinic());
        open = log.plan(plan("keep", "keep", "keep", "keep"));
        coded = log.plan(plan("encrypt", "tokenise", "pseudonymise", "keep"));
        safe = log.plan(plan("drop", "generalise.year", "keep", "keep"));
    }

    /** Of a name (A), a birth date (C), a finding and a type of record, in this order. */
    private static Map<String, String> plan(String name, String birth, String finding, String type) {
        Map<String, String> plan = new LinkedHashMap<>();
        plan.put("/a-name", name);
        plan.put("/b-birth", birth);
        plan.put("/c-finding", finding);
        plan.put("/d-type", type);
        return plan;
    }

    private static Map<String, Object> got(String id, String plan, Map<String, String> legal) {
        return released(id, plan, legal, 0, 1, 2, 3);
    }

    private static List<String> codes(Report report) {
        return report.findings().stream().map(Report.Finding::code).toList();
    }

    private static JsonNode row(Report report, String section, String member, String value) {
        return StreamSupport.stream(report.tree().path(section).spliterator(), false)
                .filter(row -> row.path(member).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError(section + " has no " + value + ": " + report.tree()));
    }

    // --- 45 CFR 164.528

    /** Nine kinds are exempt, three disclosures are not: those are accounted for, the repeated ones as a series. */
    @Test
    void theAccountingHasWhatIsNotExemptAndSeries() {
        for (String code : List.of(
                "tpo",
                "individual",
                "incidental",
                "authorization",
                "directory",
                "security",
                "custody",
                "limited-data-set",
                "de-identified")) {
            log.decided(
                    "visits", ANN, 1, HIPAA, got("care", open, Map.of("purpose", "treatment", "accounting528", code)));
        }
        log.decided("visits", ANN, DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.decided("visits", ANN, 11 * DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.decided("visits", ANN, 21 * DAY, HIPAA, got("registry", safe, PUBLIC_HEALTH));
        log.decided("visits", BOB, 2, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.decided("orders", ANN, 3, GDPR, got("registry", open, Map.of("purpose", "newsletter")));

        Report report = log.report("accounting", Map.of("subject", ANN, "clock", "2027-01-31T00:00:00Z"));

        JsonNode series = report.tree().path("disclosures");
        assertThat(series).hasSize(1);
        assertThat(series.at("/0/first").asText()).isEqualTo("2026-11-27T12:00:00Z");
        assertThat(series.at("/0/last").asText()).isEqualTo("2026-12-17T12:00:00Z");
        assertThat(series.at("/0/frequency").asText()).isEqualTo("3 times, on average every 10 d");
        assertThat(series.at("/0/name").asText()).isEqualTo("State Registry");
        assertThat(series.at("/0/address").asText()).isEqualTo("1 Main Street, Boston");
        assertThat(series.at("/0/what").asText()).isEqualTo("visits: date.birth, finding, name, type");
        assertThat(series.at("/0/purpose").asText()).isEqualTo("public-health 45 CFR 164.512(b)");
        assertThat(report.tree().path("exempt")).hasSize(9);
        assertThat(report.tree().at("/outside/0/count").asInt()).isEqualTo(1);
        assertThat(report.findings()).isEmpty();
        assertThat(row(report, "deadlines", "id", "act").path("ends").asText()).isEqualTo("2027-04-01T00:00:00Z");
    }

    @Test
    void theAccountingGoesSixYearsBack() {
        log.decided("visits", ANN, -6 * 366 * DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.decided("visits", ANN, 0, HIPAA, got("registry", open, PUBLIC_HEALTH));

        Report report = log.report("accounting", Map.of("subject", ANN));

        assertThat(report.tree().at("/disclosures/0/count").asInt()).isEqualTo(1);
        assertThat(report.tree().at("/window/from").asText()).startsWith("2020-11-26T12:00:00");
    }

    @Test
    void theSixYearsEndWithTheRequestAndTheAccountingDoesNot() {
        log.decided("visits", ANN, -6 * 365 * DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.decided("visits", ANN, 0, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.decided("visits", ANN, 300 * DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));

        Report asked = log.report("accounting", Map.of("subject", ANN, "clock", "2027-06-01T00:00:00Z"));
        Report ended = log.report(
                "accounting", Map.of("subject", ANN, "clock", "2027-06-01T00:00:00Z", "until", "2026-11-27T00:00:00Z"));

        assertThat(asked.tree().path("window").toString())
                .contains("\"from\":\"2021-06-01T00:00:00Z\"")
                .doesNotContain("until");
        assertThat(asked.tree().at("/disclosures/0/count").asInt()).isEqualTo(2);
        assertThat(ended.tree().at("/window/from").asText()).isEqualTo("2021-06-01T00:00:00Z");
        assertThat(ended.tree().at("/disclosures/0/count").asInt()).isEqualTo(1);
    }

    // --- GDPR Art. 15, 20

    @Test
    void aDuplicateIsNoFurtherRecordAndDecidedNothing() {
        log.about(ANN)
                .decided("visits", ANN, 1, GDPR, got("care", coded, HEALTH_CARE), quarantined("registry"))
                .attempt("visits", "events.ingress/1/0/0", List.of("registry"), 2, got("registry", open, PUBLIC_HEALTH))
                .outcome("visits", "quarantined", 3)
                .outcome("visits", "duplicate", 4);

        Report portability = log.report("portability", Map.of("subject", ANN));
        Report access = log.report("access", Map.of("subject", ANN));

        assertThat(portability.tree().path("provided")).hasSize(1);
        assertThat(portability.tree().at("/provided/0/records").asInt()).isEqualTo(1);
        assertThat(portability.tree().at("/provided/0/covered").asText()).isEqualTo("yes");
        assertThat(portability.tree().path("views"))
                .as("what came back was released")
                .hasSize(2);
        assertThat(access.tree().path("sources")).hasSize(1);
        assertThat(access.tree().at("/sources/0/records").asInt()).isEqualTo(1);
        assertThat(access.tree().at("/sources/0/organisation").asText()).isEqualTo("The Clinic");
        assertThat(row(access, "retention", "dataset", "visits").path("days").asInt())
                .isEqualTo(365);
        for (Report report : List.of(portability, access)) {
            for (String outcome : List.of("duplicate", "quarantined", "further attempt, decided")) {
                assertThat(row(report, "beside", "outcome", outcome)
                                .path("entries")
                                .asInt())
                        .as(outcome)
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void consentToASpecialCategoryIsPortableToo() {
        Map<String, Object> rulebook = new TreeMap<>(Rulebooks.clinic());
        Map<String, Object> care = Map.of(
                "dpv",
                "dpv:ServiceProvision",
                "gdpr6",
                Map.of("basis", "A6-1-e"),
                "gdpr9",
                Map.of("condition", "A9-2-a"));
        rulebook.put("purposes", Map.of("treatment", care));
        log.rulebook(rulebook).decided("visits", ANN, 1, GDPR, withheld("registry", "no-protection"));

        Report report = log.report("portability", Map.of("subject", ANN));

        assertThat(report.tree().at("/provided/0/basis").asText()).isEqualTo("A6-1-e, A9-2-a");
        assertThat(report.tree().at("/provided/0/covered").asText()).isEqualTo("yes");
    }

    @Test
    void theSubjectLearnsPurposesCategoriesRecipientsAndHowItWasDecided() {
        log.decided("visits", ANN, 1, GDPR, got("care", coded, HEALTH_CARE), withheld("registry", "no-protection"));
        log.decided("visits", BOB, 2, GDPR, got("care", open, HEALTH_CARE));

        Report report = log.report("access", Map.of("subject", ANN, "clock", "2026-01-31T00:00:00Z"));

        assertThat(row(report, "purposes", "purpose", "treatment").path("views").asInt())
                .isEqualTo(1);
        assertThat(row(report, "categories", "category", "name").path("keyed").asInt())
                .isEqualTo(1);
        assertThat(row(report, "categories", "category", "finding").path("kind").asText())
                .isEqualTo("special-category");
        assertThat(row(report, "recipients", "recipient", "registry")
                        .path("released")
                        .asInt())
                .isZero();
        assertThat(row(report, "recipients", "recipient", "care").path("name").asText())
                .isEqualTo("Clinic");
        assertThat(row(report, "retention", "dataset", "visits").path("days").asInt())
                .isEqualTo(365);
        assertThat(row(report, "sources", "producer", "clinic")
                        .path("organisation")
                        .asText())
                .isEqualTo("The Clinic");
        assertThat(row(report, "decisions", "rule", "no-protection")
                        .path("disposition")
                        .asText())
                .isEqualTo("withhold");
        assertThat(row(report, "deadlines", "id", "answer").path("ends").asText())
                .as("a month from the last of January is the last of February")
                .isEqualTo("2026-02-28T00:00:00Z");
    }

    @Test
    void whatIsOnConsentOrContractIsPortableAndTheViewsAreNamed() {
        log.decided("orders", ANN, 1, GDPR, got("registry", open, Map.of("purpose", "public-health")));
        log.decided("visits", ANN, 2, HIPAA, got("care", open, HEALTH_CARE));

        Report report = log.report("portability", Map.of("subject", ANN));

        assertThat(row(report, "provided", "dataset", "orders").path("covered").asText())
                .isEqualTo("yes");
        assertThat(row(report, "provided", "dataset", "visits").path("covered").asText())
                .isEqualTo("no");
        assertThat(report.tree().path("views")).hasSize(2);
        assertThat(report.tree().at("/views/0/releasedId").asText()).startsWith("r1_");
    }

    // --- GDPR Art. 30, 35

    @Test
    void theRecordOfProcessingTellsWhatDiffersFromWhatIsDeclared() {
        log.decided("visits", ANN, 1, HIPAA, got("care", open, HEALTH_CARE));
        log.decided("visits", ANN, 2, HIPAA, got("registry", safe, HEALTH_CARE));
        log.decided("orders", ANN, 3, HIPAA, got("care", open, HEALTH_CARE));

        Report report = log.report("processing", Map.of());

        assertThat(row(report, "drift", "recipient", "care").path("state").asText())
                .isEqualTo("not declared");
        assertThat(report.tree().path("drift").toString())
                .contains("\"dataset\":\"visits\",\"declared\":\"treatment 45 CFR 164.506(c)\"")
                .contains("not observed");
        assertThat(codes(report)).containsExactly("not-declared", "other-basis");
        assertThat(report.findings().get(0).text()).startsWith("orders went to care");
        assertThat(report.findings().get(0).entries()).containsExactly(2L);
        JsonNode activity = row(report, "activities", "recipient", "registry State Registry");
        assertThat(activity.path("measures").asText()).isEqualTo("drop, generalise.year");
        assertThat(activity.path("categories").asText()).isEqualTo("date.birth, finding, type");
        assertThat(activity.path("controller").asText()).startsWith("The Hospital");
    }

    @Test
    void aSpecialCategoryWithoutItsConditionIsAFinding() {
        log.decided("visits", ANN, 1, GDPR, got("care", open, Map.of("purpose", "treatment", "gdpr6", "A6-1-b")));
        log.decided(
                "visits",
                ANN,
                2,
                GDPR,
                got("care", coded, Map.of("purpose", "treatment", "gdpr6", "A6-1-b", "gdpr9", "A9-2-h")));

        Report report = log.report("processing", Map.of());

        assertThat(codes(report)).contains("no-condition");
        assertThat(report.findings())
                .filteredOn(finding -> finding.code().equals("no-condition"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).startsWith("finding of visits went to care"));
    }

    @Test
    void whatIsNewSinceThenIsAFinding() {
        log.decided("visits", ANN, 1, HIPAA, got("care", safe, HEALTH_CARE));
        log.decided("visits", ANN, 100, HIPAA, got("care", safe, HEALTH_CARE));
        log.decided("visits", ANN, 101, HIPAA, got("registry", open, PUBLIC_HEALTH));
        String from = ReportLog.NOW.plusSeconds(50).toString();

        Report report = log.report("dpia", Map.of("from", from));

        assertThat(report.findings())
                .extracting(Report.Finding::text)
                .containsExactly(
                        "New country of a recipient: NO.",
                        "New purpose: visits for public-health.",
                        "New recipient: visits to registry.",
                        "New special category: finding of visits to registry, in clear.");
        assertThat(codes(log.report(
                        "dpia",
                        Map.of(
                                "from",
                                from,
                                "baseline",
                                ReportLog.NOW.plusSeconds(20).toString()))))
                .containsExactly("no-baseline");
        assertThatThrownBy(() -> ReportQuestion.of("dpia", Map.of())).hasMessageContaining("needs the parameter from");
        assertThatThrownBy(() -> ReportQuestion.of("dpia", Map.of("from", from, "baseline", from)))
                .hasMessageContaining("baseline has to be before from");
    }

    // --- GDPR Art. 33, 45 CFR 164.400-414

    @ParameterizedTest
    @CsvSource({"499, no, yes, no", "500, yes, no, no", "501, yes, no, ''"})
    void theSecretaryIsToldAtOnceFromFiveHundredOn(int people, String atOnce, String yearly, String media) {
        for (int i = 0; i < people; i++) {
            log.decided(
                    "visits",
                    "s1_"
                            + String.format(java.util.Locale.ROOT, "%03d", i)
                                    .replace('0', 'a')
                                    .replace('1', 'b')
                                    .replace('8', 'c')
                                    .replace('9', 'd')
                            + "a".repeat(23),
                    i,
                    HIPAA,
                    got("care", open, HEALTH_CARE));
        }

        Report report = log.report("breach", Map.of("recipient", "care", "clock", "2026-12-01T08:00:00Z"));

        assertThat(row(report, "totals", "what", "people").path("count").asInt())
                .isEqualTo(people);
        assertThat(row(report, "deadlines", "id", "hhs-at-once").path("applies").asText())
                .isEqualTo(atOnce);
        assertThat(row(report, "deadlines", "id", "hhs-yearly").path("applies").asText())
                .isEqualTo(yearly);
        assertThat(row(report, "deadlines", "id", "media").path("applies").asText())
                .isEqualTo(media);
        assertThat(row(report, "deadlines", "id", "hhs-yearly").path("ends").asText())
                .isEqualTo("2027-03-02T00:00:00Z");
        assertThat(row(report, "deadlines", "id", "authority").path("ends").asText())
                .isEqualTo("2026-12-04T08:00:00Z");
    }

    @Test
    void whatLeftEncryptedIsSecuredUntilItIsRevealed() {
        String sealed = log.plan(plan("encrypt", "encrypt-deterministic", "drop", "keep"));
        log.decided("visits", ANN, 1, HIPAA, got("registry", sealed, PUBLIC_HEALTH), got("care", open, HEALTH_CARE));
        log.decided("visits", BOB, 2, List.of("hipaa", "gdpr"), got("registry", sealed, PUBLIC_HEALTH));
        log.decided("visits", BOB, 3, HIPAA, got("research", safe, RESEARCH));

        Report secured = log.report("breach", Map.of("recipient", "registry"));

        assertThat(secured.findings()).isEmpty();
        assertThat(row(secured, "recipients", "recipient", "registry")
                        .path("state")
                        .asText())
                .isEqualTo("secured");
        assertThat(row(secured, "totals", "what", "people").path("count").asInt())
                .isEqualTo(2);
        assertThat(applies(secured)).containsOnly("no");

        log.act("value-revealed", "clerk", 4, Map.of("input", Map.of("releasedFor", "registry")));

        Report revealed = log.report("breach", Map.of("recipient", "registry"));
        assertThat(codes(revealed)).containsExactly("revealed");
        assertThat(applies(revealed))
                .as("two people, so that neither the media nor, at once, the Secretary need be told")
                .containsExactly("", "", "no", "no", "", "");
        Report all = log.report("breach", Map.of());
        assertThat(codes(all)).containsExactly("not-secured", "revealed");
        assertThat(row(all, "recipients", "recipient", "research")
                        .path("deIdentified")
                        .asInt())
                .isEqualTo(1);
    }

    /** HHS takes encryption and destruction for secured; recital 26 takes a pseudonym for personal data. */
    @Test
    void codesAreNotSecuredButJudgedAndPersonalDataUnderTheGdpr() {
        log.decided("visits", ANN, 1, HIPAA, got("registry", coded, PUBLIC_HEALTH));
        log.decided("visits", BOB, 2, GDPR, got("research", coded, RESEARCH));

        Report hipaa = log.report("breach", Map.of("recipient", "registry"));
        Report gdpr = log.report("breach", Map.of("recipient", "research"));

        assertThat(applies(hipaa)).containsExactly("no", "", "no", "no", "", "");
        assertThat(row(hipaa, "deadlines", "id", "individuals").path("because").asText())
                .startsWith("To be judged: 0 people under HIPAA in views that are not secured, 1 more as codes alone");
        assertThat(row(hipaa, "recipients", "recipient", "registry")
                        .path("state")
                        .asText())
                .isEqualTo("to be judged");
        assertThat(applies(gdpr)).containsExactly("yes", "no", "no", "no", "no", "no");
    }

    /** What the deadlines say, in their order: authority, individuals, media, Secretary at once, yearly, associate. */
    private static List<String> applies(Report report) {
        return report.deadlines().stream().map(Report.Deadline::applies).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-31T23:00:00Z, 2027-03-02T00:00:00Z",
        "2027-01-01T01:00:00Z, 2027-03-02T00:00:00Z",
        "2027-01-01T11:59:59Z, 2027-03-02T00:00:00Z",
        "2027-01-01T12:00:00Z, 2028-03-01T00:00:00Z"
    })
    void theYearOfDiscoveryIsTheEarlierOneUntilItHasEndedEverywhere(String clock, String ends) {
        log.decided("visits", ANN, 1, HIPAA, got("care", open, HEALTH_CARE));

        Report report = log.report("breach", Map.of("clock", clock));

        assertThat(row(report, "deadlines", "id", "hhs-yearly").path("ends").asText())
                .isEqualTo(ends);
    }

    // --- 45 CFR 164.514(b)(2)

    @Test
    void eachIdentifierIsFollowedAndWhatContradictsIsNamed() {
        log.decided("visits", ANN, 1, HIPAA, got("research", safe, RESEARCH), got("care", open, HEALTH_CARE));

        Report good = log.report("safe-harbor", Map.of());

        assertThat(good.findings()).isEmpty();
        assertThat(good.tree().path("identifiers")).hasSize(18);
        assertThat(row(good, "identifiers", "letter", "A").path("removed").asInt())
                .isEqualTo(1);
        assertThat(row(good, "identifiers", "letter", "C").path("part").asInt()).isEqualTo(1);
        assertThat(row(good, "identifiers", "letter", "O").path("state").asText())
                .isEqualTo("did not occur");
        assertThat(good.tree().at("/others/0/views").asInt()).isEqualTo(1);

        String leaky = log.plan(plan("tokenise", "date-shift", "keep", "keep"));
        log.decided("visits", ANN, 2, HIPAA, got("research", leaky, RESEARCH));
        log.decided("visits", ANN, 3, HIPAA, got("care", safe, RESEARCH));

        Report bad = log.report("safe-harbor", Map.of());

        assertThat(codes(bad)).containsExactlyInAnyOrder("contradicts", "contradicts", "no-profile");
        assertThat(bad.findings())
                .extracting(Report.Finding::text)
                .anyMatch(text -> text.startsWith("(A) /a-name of visits, a name, went to research by tokenise"))
                .anyMatch(text ->
                        text.startsWith("(C) /b-birth of visits, a date.birth, went to research by date-shift"));
        assertThat(row(bad, "identifiers", "letter", "A").path("state").asText())
                .isEqualTo("contradicts");
    }

    @Test
    void whereAPlanIsNotKeptNobodyKnowsWhatDidNotOccur() {
        log.decided("visits", ANN, 1, HIPAA, got("research", "f".repeat(64), RESEARCH));

        Report report = log.report("safe-harbor", Map.of());

        assertThat(codes(report)).containsExactly("plan-not-kept");
        assertThat(row(report, "views", "recipient", "research").path("state").asText())
                .isEqualTo("not known");
        assertThat(row(report, "identifiers", "letter", "O").path("state").asText())
                .isEqualTo("not known");
    }

    /** 45 CFR 164.528(a)(2): left out for the time that the agency names, and told to the officer. */
    @Test
    void whatAnAgencySuspendsIsLeftOutForItsTime() {
        log.decided("visits", ANN, DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));
        Instant from = ReportLog.NOW.plusSeconds(2 * DAY);
        log.actAbout(
                ANN,
                "accounting-suspended",
                2 * DAY,
                new AccountingSuspension(
                                "registry",
                                "State AG, case 12",
                                Statement.ORAL,
                                from,
                                from.plus(AccountingSuspension.ORAL))
                        .toJson());

        Report during = log.report("accounting", Map.of("subject", ANN, "clock", "2026-12-01T00:00:00Z"));
        assertThat(during.tree().path("disclosures")).isEmpty();
        assertThat(row(during, "suspended", "recipient", "registry").toString())
                .contains("State AG, case 12", "\"statement\":\"oral\"", "\"count\":1", "2026-12-28T12:00:00Z");
        Report after = log.report("accounting", Map.of("subject", ANN, "clock", "2026-12-28T12:00:00Z"));
        assertThat(after.tree().path("disclosures")).hasSize(1);
        assertThat(after.tree().path("suspended")).isEmpty();

        for (Map<String, String> window : List.of(
                Map.of("until", ReportLog.NOW.plusSeconds(DAY + 1).toString()), // before it was noted
                Map.of("from", ReportLog.NOW.toString(), "until", "2027-01-01T00:00:00Z"),
                Map.of("clock", ReportLog.NOW.plusSeconds(DAY).toString()))) { // asked for before it was noted
            Map<String, String> asked = new TreeMap<>(window);
            asked.put("subject", ANN);
            assertThat(log.report("accounting", asked).tree().path("disclosures"))
                    .as("the accounting of " + window + " is made while it stands")
                    .isEmpty();
        }
        log.act("heartbeat", "audit/0", 3 * DAY, Map.of());
        Report later = log.report(
                "accounting",
                Map.of(
                        "subject",
                        ANN,
                        "from",
                        ReportLog.NOW.plusSeconds(2 * DAY + 1).toString(),
                        "clock",
                        "2026-12-28T12:00:00Z"));
        assertThat(later.tree().path("disclosures")).as("before the window").isEmpty();

        log.actAbout(ANN, "accounting-suspended", 3 * DAY, Map.of("recipient", "registry"));
        assertThat(codes(log.report("accounting", Map.of("subject", ANN, "clock", "2026-12-01T00:00:00Z"))))
                .as("one that the law does not know suspends nothing, and ends nothing")
                .containsExactly("suspension-unlawful");
        log.actAbout(ANN, "accounting-resumed", 4 * DAY, Map.of("recipient", "registry"));
        assertThat(log.report("accounting", Map.of("subject", ANN, "clock", "2026-12-01T00:00:00Z"))
                        .tree()
                        .path("disclosures"))
                .hasSize(1);
    }

    /** Nobody has to say what time it is: the log goes on. */
    @Test
    void aSuspensionThatIsOverByTheLogsLastEntryLeavesNothingOut() {
        log.decided("visits", ANN, DAY, HIPAA, got("registry", open, PUBLIC_HEALTH));
        log.actAbout(
                ANN,
                "accounting-suspended",
                2 * DAY,
                new AccountingSuspension(
                                "registry",
                                "State AG, case 12",
                                Statement.WRITTEN,
                                ReportLog.NOW.plusSeconds(2 * DAY),
                                ReportLog.NOW.plusSeconds(5 * DAY))
                        .toJson());
        assertThat(log.report("accounting", Map.of("subject", ANN)).tree().path("disclosures"))
                .isEmpty();
        log.act("heartbeat", "audit/0", 6 * DAY, Map.of());
        assertThat(log.report("accounting", Map.of("subject", ANN)).tree().path("disclosures"))
                .hasSize(1);
    }

    // --- 45 CFR 164.308(a)(1)(ii)(D)

    @Test
    void theReviewCountsActsAndNamesWhatIsToBeJudged() {
        log.act("policy-activated", "ada", 1, Map.of());
        log.act("heartbeat", "audit/0", 2, Map.of());
        log.act("heartbeat", "audit/0", 62, Map.of());
        log.act("heartbeat", "audit/0", 60, Map.of());
        log.act("audit-refused", "unknown", 63, Map.of("code", "reader-unknown", "count", 7));
        log.act("audit-read", "alan", 64, Map.of("state", "closed", "acts", Map.of("search", 3)));
        log.act("audit-read", "CN=Alan B,O=x", 64, Map.of("state", "closed", "acts", Map.of("search", 2)));
        log.act("activity-reviewed", "CN=ada", 64, Map.of("reviewer", "grace", "keySha256", "ab"));
        for (String id : List.of("e1", "e2")) {
            log.act(
                    "emergency-opened",
                    "nurse",
                    65,
                    Map.of("emergency", Map.of("id", id, "reviewBy", "2026-11-27T00:00:00Z")));
        }
        log.act(
                "emergency-reviewed",
                "ada",
                66,
                Map.of("emergency", Map.of("id", "e1", "reviewer", "ada", "justified", true, "overdue", false)));
        log.outcome("visits", "quarantined", 67);

        Report report = log.report("activity", Map.of());

        assertThat(codes(report))
                .containsExactly("audit-refused", "emergency-opened", "review-missing", "quarantined", "clock-step");
        assertThat(row(report, "readers", "reader", "alan").path("count").asInt())
                .isEqualTo(3);
        assertThat(row(report, "readers", "reader", "CN=Alan B,O=x").path("act").asText())
                .isEqualTo("search");
        assertThat(row(report, "reviews", "actor", "CN=ada").toString())
                .as("who entered it, and apart from that whose name was given")
                .contains("\"reviewer\":\"grace\"", "\"key\":\"ab\"");
        assertThat(row(report, "acts", "code", "policy-activated").path("actor").asText())
                .isEqualTo("ada");
        assertThat(report.deadlines()).singleElement().satisfies(due -> {
            assertThat(due.ends())
                    .as("30 days after the review, which was entered at second 64")
                    .isEqualTo(ReportLog.NOW.plusSeconds(64 + 30 * DAY));
            assertThat(due.because()).contains("The last one of this window");
        });
        assertThat(report.tree().at("/heartbeats/0/longest").asInt()).isEqualTo(60);
        assertThat(report.tree().path("emergencies").toString()).contains("\"state\":\"open\"", "\"state\":\"closed\"");
    }

    @Test
    void aSignedReviewHoldsHoweverTheLogGrowsAndForNoOtherLog() {
        log.act("policy-activated", "ada", 1, Map.of());
        log.act("audit-refused", "unknown", 2, Map.of("count", 7));
        Report report = log.report("activity", Map.of());
        KeyPair pair = KeyUse.OFFICER.generate();
        OfficerPublicKey key = OfficerPublicKey.of(pair.getPublic());

        Review review = Review.of(Review.sign(report, "alan", "explained", key, pair.getPrivate(), ReportLog.NOW)
                .toBytes());

        assertThat(review.signedBy(key)).isTrue();
        assertThat(review.statement().path("findings").toString()).isEqualTo("{\"audit-refused\":1}");
        log.act("audit-refused", "unknown", 3, Map.of("count", 1));
        assertThat(log.report("activity", Map.of()).basis().size()).isEqualTo(3);
        assertThat(Review.digest(log.reviewed(review))).isEqualTo(review.report());
        assertThat(log.report("activity", Map.of()).tree().toString()).contains("\"reviews\":[]");

        String other = new String(review.toBytes(), StandardCharsets.UTF_8).replace("explained", "unexplained");
        assertThat(Review.of(other.getBytes(StandardCharsets.UTF_8)).signedBy(key))
                .isFalse();
        assertThat(review.signedBy(OfficerPublicKey.of(KeyUse.OFFICER.generate().getPublic())))
                .isFalse();
        assertThatThrownBy(() -> Review.sign(
                        report, "alan", "", key, KeyUse.OFFICER.generate().getPrivate(), ReportLog.NOW))
                .isInstanceOf(IllegalArgumentException.class);
        ReportLog rewritten = new ReportLog(folder.resolve("rewritten"));
        rewritten.act("policy-activated", "eve", 1, Map.of());
        assertThatThrownBy(() -> rewritten.reviewed(review)).hasMessageContaining("was cut or set back");
        rewritten.act("audit-refused", "unknown", 2, Map.of("count", 7));
        assertThatThrownBy(() -> rewritten.reviewed(review)).hasMessageContaining("another root");
        for (String broken : List.of("{}", "nothing", "{\"statement\":{\"format\":\"sluice-review-2\"}}")) {
            assertThatThrownBy(() -> Review.of(broken.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aReviewIsMadeAgainAfterAPruningWhereItsWindowIsNotTouched() {
        for (int second = 0; second < 300; second++) {
            log.act("policy-activated", "ada", second, Map.of());
        }
        Review all = signed(log.report("activity", Map.of()));
        Review late = signed(log.report("activity", from(280)));
        Review empty = signed(log.report("activity", from(2_000 * DAY)));

        log.prune(256);

        assertThatThrownBy(() -> log.reviewed(all))
                .isInstanceOf(ReportPrunedException.class)
                .hasMessage(
                        "Since it was reviewed, entries before 256 were pruned, as entry 300 says: the report cannot"
                                + " be made again.");
        assertThat(Review.digest(log.reviewed(late))).isEqualTo(late.report());
        Review since = signed(log.report("activity", from(280)));
        assertThat(since.statement().path("complete").asBoolean()).isFalse();
        assertThat(Review.digest(log.reviewed(since))).isEqualTo(since.report());

        for (int second = 300; second < 600; second++) {
            log.act("policy-activated", "ada", second, Map.of());
        }
        log.prune(512);

        assertThatThrownBy(() -> log.reviewed(late)).isInstanceOf(ReportPrunedException.class);
        assertThat(Review.digest(log.reviewed(empty)))
                .as("none of the entries that were reviewed is left")
                .isEqualTo(empty.report());
    }

    private static Map<String, String> from(long second) {
        return Map.of("from", ReportLog.NOW.plusSeconds(second).toString());
    }

    private static Review signed(Report report) {
        KeyPair pair = KeyUse.OFFICER.generate();
        return Review.sign(report, "alan", "", OfficerPublicKey.of(pair.getPublic()), pair.getPrivate(), ReportLog.NOW);
    }

    // --- all of them

    /** A question that the index does not answer in time costs what it read, and nothing that was read before. */
    @Test
    void positionsGoOnWhereTheyWereCutShort() {
        Hash root = Hash.of(new byte[Hash.SIZE]);
        AtomicBoolean cut = new AtomicBoolean(true);
        Positions positions = new Positions(
                (from, end) -> {
                    if (from > 0 && cut.getAndSet(false)) {
                        throw new IllegalStateException("interrupted");
                    }
                    return LongStream.range(from, end)
                            .filter(offset -> offset != 5)
                            .mapToObj(offset -> "events.ingress/1/0/" + offset)
                            .toList();
                },
                (size, of) -> root);
        Checkpoint now = new Checkpoint("log", 2L * Positions.AT_ONCE, root);

        assertThatThrownBy(() -> positions.gaps(now, Map.of())).hasMessage("interrupted");
        assertThat(positions.gaps(now, Map.of())).containsExactly("events.ingress/1/0/5 has no entry");
        assertThat(positions.gaps(new Checkpoint("log", 4, root), Map.of())).isEmpty();
        assertThat(positions.gaps(new Checkpoint("log", 2L * Positions.AT_ONCE + 1, root), Map.of()))
                .containsExactly("events.ingress/1/0/5 has no entry");
    }

    @Test
    void whatIsNotKeptIsSaidAndNotTakenForNothing() {
        log = new ReportLog(folder.resolve("bare"));
        log.decided("visits", ANN, 1, HIPAA, got("care", "f".repeat(64), HEALTH_CARE));

        assertThat(codes(log.report("breach", Map.of())))
                .containsExactly("not-secured", "plan-not-kept", "bundle-not-named");
        assertThat(codes(log.report("access", Map.of("subject", ANN)))).contains("plan-not-kept");
        assertThat(codes(log.report("processing", Map.of()))).contains("not-compared", "plan-not-kept");
    }

    @Test
    void everyReportIsThereOfAnEmptyWindowTooAndSaysTheSameTwice() {
        log.decided("visits", ANN, 1, HIPAA, got("care", open, HEALTH_CARE));
        List<String> broken = new ArrayList<>();
        for (ReportSpec spec : ReportSpec.all()) {
            Map<String, String> asked = new LinkedHashMap<>();
            if (spec.needs().contains(Parameter.FROM) || spec.takes().contains(Parameter.FROM)) {
                asked.put("from", "2030-01-01T00:00:00Z");
            }
            if (spec.needs().contains(Parameter.SUBJECT)) {
                asked.put("subject", ANN);
            }
            if (spec.needs().contains(Parameter.RECIPIENT)) {
                asked.put("recipient", "care");
            }
            Report report = log.report(spec.name(), asked);
            if (!report.tree().equals(log.report(spec.name(), asked).tree())
                    || report.sections().isEmpty()) {
                broken.add(spec.name());
            }
            assertThat(spec.clauses()).as(spec.name()).isNotEmpty();
            assertThat(spec.signs()).as(spec.name()).isNotEmpty();
            assertThat(spec.cannotTell())
                    .as(spec.name())
                    .hasSizeGreaterThan(1)
                    .anyMatch(limit -> limit.startsWith("What stands in other logs"));
            spec.terms()
                    .forEach(term -> assertThat(Draft.ends(term, ReportLog.NOW)).isNotNull());
        }
        assertThat(broken).isEmpty();
    }
}
