package io.sluice.policies.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.CompiledRego;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.scenario.ScenarioResult;
import io.sluice.policies.scenario.Scenarios;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stages of the check that need a decision or OPA: one thing broken at a time, the message to the letter. */
class ReviewStagesTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 26);

    @TempDir
    private Path folder;

    /** A rulebook that reads well, in which somebody gets nothing. */
    record Unlawful(String name, String file, String good, String broken, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Unlawful> unlawful() {
        return List.of(
                new Unlawful(
                        "a purpose without a basis under the GDPR",
                        "purposes/newsletter.yaml",
                        "gdpr6: {basis: A6-1-a}",
                        "hipaa: {permission: 45 CFR 164.508(a)(3)}",
                        "purposes/newsletter.yaml:1:1: error: recipient 'marketing' gets nothing of dataset 'orders': purpose 'newsletter' has no basis"),
                new Unlawful(
                        "a purpose without a permission under HIPAA",
                        "recipients/billing.yaml",
                        "purpose: payment",
                        "purpose: order-fulfilment",
                        "purposes/order-fulfilment.yaml:1:1: error: recipient 'billing' gets nothing of datasets fhir-claim, fhir-condition, fhir-encounter, fhir-explanation-of-benefit, fhir-immunization, fhir-medication-request, fhir-organization, fhir-patient, fhir-practitioner, fhir-procedure: purpose 'order-fulfilment' has no permission"),
                new Unlawful(
                        "research on records that nothing de-identifies",
                        "profiles/hipaa-safe-harbor.yaml",
                        "de-identifies: true",
                        "de-identifies: false",
                        "protections/research-fhir.yaml:5:1: error: recipient 'research' gets nothing of datasets fhir-care-plan, fhir-claim, fhir-condition, fhir-diagnostic-report, fhir-encounter, fhir-explanation-of-benefit, fhir-immunization, fhir-medication-request, fhir-observation, fhir-organization, fhir-patient, fhir-practitioner, fhir-procedure: its permission covers de-identified records only, and no profile de-identifies"),
                new Unlawful(
                        "data that serve a purpose they were not collected for",
                        "purposes/newsletter.yaml",
                        "from: [order-fulfilment]",
                        "from: [treatment]",
                        "purposes/newsletter.yaml:6:1: error: recipient 'marketing' gets nothing of dataset 'orders': none of their purposes of collection is compatible with 'newsletter'"),
                new Unlawful(
                        "an agreement of another kind",
                        "recipients/billing.yaml",
                        "kind: baa",
                        "kind: dua",
                        "recipients/billing.yaml:8:13: error: recipient 'billing' gets nothing of datasets fhir-claim, fhir-condition, fhir-encounter, fhir-explanation-of-benefit, fhir-immunization, fhir-medication-request, fhir-organization, fhir-patient, fhir-practitioner, fhir-procedure: a business-associate needs another agreement than 'dua'"),
                new Unlawful(
                        "a country outside the EEA without a tool",
                        "recipients/marketing.yaml",
                        "country: NO\nrole",
                        "country: BR\nrole",
                        "recipients/marketing.yaml:6:1: error: recipient 'marketing' gets nothing of dataset 'orders': it is in BR, outside the EEA, and has no transfer tool"),
                new Unlawful(
                        "an agreement that ended",
                        "recipients/marketing.yaml",
                        "until: 2031-12-31",
                        "until: 2026-11-25",
                        "recipients/marketing.yaml:8:37: error: the agreement DPA-12 of recipient 'marketing' ended on 2026-11-25"),
                new Unlawful(
                        "an agreement that ends soon",
                        "recipients/marketing.yaml",
                        "until: 2031-12-31",
                        "until: 2026-11-26",
                        "recipients/marketing.yaml:8:37: warning: the agreement DPA-12 of recipient 'marketing' ends on 2026-11-26"),
                new Unlawful(
                        "a recipient that no protection names",
                        "protections/marketing-orders.yaml",
                        "recipient: marketing",
                        "recipient: billing",
                        "recipients/marketing.yaml:1:1: warning: recipient 'marketing' gets nothing: no protection names it"));
    }

    @ParameterizedTest
    @MethodSource("unlawful")
    void whoGetsNothingAndWhy(Unlawful wrong) throws IOException {
        LoadedRulebook rulebook = edited(wrong.file(), wrong.good(), wrong.broken());
        StageResult law = LawCheck.run(rulebook, matrix(rulebook), DAY);
        assertThat(law.findings()).extracting(Finding::toString).contains(wrong.message());
        assertThat(law.findings()).allSatisfy(finding -> {
            assertThat(finding.why()).isNotBlank();
            assertThat(finding.fix()).isNotBlank();
        });
    }

    @Test
    void theShippedRulebookLacksNoGroundAndItsGapsAreNotes() {
        JsonNode matrix = matrix(Shipped.rulebook());
        assertThat(LawCheck.run(Shipped.rulebook(), matrix, DAY).findings()).isEmpty();
        List<Finding> gaps = GapCheck.run(Shipped.rulebook(), matrix);
        assertThat(gaps).allMatch(finding -> finding.severity() == Severity.NOTE);
        assertThat(gaps)
                .extracting(Finding::toString)
                .anyMatch(text -> text.startsWith(
                        "protections/marketing-orders.yaml:3:1: note: no rule of 'marketing' opens 8 classes"))
                .contains(
                        "profiles/hipaa-limited-data-set.yaml:3:1: note: no protection names the profile 'hipaa-limited-data-set'");
    }

    @Test
    void aSubtreeThatIsOpenIsNoted() throws IOException {
        LoadedRulebook rulebook = edited("catalog/orders.yaml", "  /note: text.note", "  /gift/**: commerce.product");
        assertThat(GapCheck.run(rulebook, matrix(rulebook)))
                .extracting(Finding::toString)
                .contains(
                        "catalog/orders.yaml:42:3: note: /gift/** opens whatever stands below it to marketing (keep)");
    }

    /** Told with place and reason also where OPA is not at hand: that is where officers are. */
    @Test
    void builtinsThatTheEngineLacksAreRefusedWithoutOpa() {
        String rego = """
                package sluice.more

                # time.now_ns() in a comment, and "http.send(" in a text, are none
                late if time.now_ns() > 5

                text := sprintf("%s http.send(", ["x"])

                lucky if rand.intn("coin", 2) == 1

                asks := http.send({"method": "get", "url": "https://example.com"})

                fine := concat("", ["a", "b"])

                own.time.check(x) if x
                """;
        assertThat(RefusedBuiltins.in(files("rego/more.rego", rego)))
                .extracting(Finding::text)
                .containsExactly(
                        "rego/more.rego:4:9: error: the builtin 'time.now_ns' is refused\n"
                                + "    why: the only clock is input.day: a decision has to come out the same when it is replayed\n"
                                + "    fix: compare input.day, a text as 2026-11-26, with texts of that form",
                        "rego/more.rego:6:9: error: the builtin 'sprintf' is refused\n"
                                + "    why: the engine in process does not have it, so every decision would fail\n"
                                + "    fix: use a builtin that capabilities.json lists: ./sluice policy schemas writes it",
                        "rego/more.rego:8:10: error: the builtin 'rand.intn' is refused\n"
                                + "    why: chance would make a decision that cannot be replayed\n"
                                + "    fix: use a builtin that capabilities.json lists: ./sluice policy schemas writes it",
                        "rego/more.rego:10:9: error: the builtin 'http.send' is refused\n"
                                + "    why: a decision asks no network: it is a function of the revision and the question\n"
                                + "    fix: use a builtin that capabilities.json lists: ./sluice policy schemas writes it");
        assertThat(RefusedBuiltins.in(CompiledRego.sources(Shipped.rulebook().rego())))
                .isEmpty();
    }

    @Test
    void withoutOpaTheShippedRegoIsANoteAndAnyOtherAnError() {
        assertThat(RegoCheck.run(Shipped.rulebook(), Optional.empty(), 90).findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "rego/: note: opa is not at hand: format, types and tests of the Rego were not checked");
        assertThat(RegoCheck.run(withRego("rego/more.rego", "package more\n"), Optional.empty(), 90)
                        .findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "rego/: error: the Rego differs from what is shipped, and opa is not at hand to check and compile it");
    }

    @Test
    void opaFindsWhatIsNotFormattedNotStrictAndNotTyped() {
        LoadedRulebook rulebook = withRego(
                "rego/more.rego",
                "package more\n\nimport data.sluice.choices\n\nx := 1\ny if {\n  z := 2\n  lower(3) == 1\n}\n");
        assertThat(RegoCheck.run(rulebook, opa(), 90).findings())
                .extracting(Finding::toString)
                .contains(
                        "rego/more.rego:6:1: error: the file is not formatted as opa fmt would",
                        "rego/more.rego:3:1: error: import data.sluice.choices unused",
                        "rego/more.rego:7:3: error: assigned var z unused");
        assertThat(RegoCheck.run(withRego("rego/more.rego", "package more\n\nx := json.marshal(1)\n"), opa(), 90)
                        .findings())
                .extracting(Finding::toString)
                .containsExactly("rego/more.rego:3:6: error: the builtin 'json.marshal' is refused");
    }

    @Test
    void aTestThatFailsAndRulesThatNoTestRunsAreErrors() {
        assertThat(RegoCheck.run(
                                withRego("rego/more_test.rego", "package more_test\n\ntest_it if {\n\t1 == 2\n}\n"),
                                opa(),
                                90)
                        .findings())
                .extracting(Finding::toString)
                .containsExactly("rego/more_test.rego:3:1: error: the test test_it fails");
        StageResult uncovered = RegoCheck.run(Shipped.rulebook(), opa(), 99.9);
        assertThat(uncovered.findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.matches("the tests run 99\\.[0-9] % of the rules, and not 100 %"));
        assertThat(uncovered.findings())
                .extracting(Finding::toString)
                .contains("rego/sluice/admission.rego:31:1: warning: no test runs this");
    }

    /** The check of parity can fail: an archive whose rules are others answers otherwise. */
    @Test
    void bothEvaluatorsAnswerTheScenariosAlikeAndADifferenceIsFound() throws IOException {
        OpaTool opa = opa().orElseThrow();
        DraftPolicy.Built shipped = DraftPolicy.build(Shipped.rulebook(), Features.DEFAULT, Optional.of(opa));
        List<ScenarioResult> scenarios = List.of(Scenarios.run(
                Objects.requireNonNull(Shipped.rulebook().files().get("scenarios/newsletter.yaml")),
                shipped.policy(),
                (event, standing) -> {
                    throw new AssertionError("no event is posted");
                }));
        StageResult alike = ParityCheck.run(shipped, scenarios, Optional.of(opa));
        assertThat(alike.findings()).isEmpty();
        assertThat(alike.summary()).startsWith("2 questions");

        DraftPolicy.Built other = DraftPolicy.build(
                edited("protections/marketing-orders.yaml", "identifier.email: keep", "identifier.email: drop"),
                Features.DEFAULT,
                Optional.of(opa));
        assertThat(ParityCheck.run(
                                new DraftPolicy.Built(shipped.policy(), other.archive()), scenarios, Optional.of(opa))
                        .findings())
                .extracting(Finding::toString)
                .singleElement()
                .asString()
                .startsWith(
                        "scenarios/newsletter.yaml: error: the compiled policy and OPA answer sluice/release differently");
        assertThat(ParityCheck.run(shipped, scenarios, Optional.empty()).ran()).isFalse();
    }

    private static Optional<OpaTool> opa() {
        Assumptions.assumeTrue(Shipped.opa().isPresent(), "opa is not at hand: " + OpaTool.INSTALL);
        return Shipped.opa();
    }

    /** What the kept module answers for a rulebook: no compile, no signature. */
    private static JsonNode matrix(LoadedRulebook rulebook) {
        return BundleBuilder.data(
                        rulebook.document().deepCopy(),
                        CompiledRego.kept(rulebook.rego()).orElseThrow().wasm())
                .path("matrix");
    }

    private static LoadedRulebook withRego(String path, String content) {
        SortedMap<String, byte[]> rego = new TreeMap<>(Shipped.rulebook().rego());
        rego.putAll(files(path, content));
        return new LoadedRulebook(
                Shipped.rulebook().document(), Shipped.rulebook().files(), rego);
    }

    private static SortedMap<String, byte[]> files(String path, String content) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put(path, content.getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private LoadedRulebook edited(String file, String good, String broken) throws IOException {
        try (Stream<Path> paths = Files.walk(Shipped.FOLDER)) {
            for (Path path : paths.toList()) {
                Path copy = folder.resolve(Shipped.FOLDER.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
        Path path = folder.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(good);
        Files.writeString(path, text.replace(good, broken));
        return RulebookLoader.load(folder);
    }
}
