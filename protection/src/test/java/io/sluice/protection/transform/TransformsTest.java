package io.sluice.protection.transform;

import static io.sluice.protection.transform.Plans.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.load.KnownTransforms;
import io.sluice.policies.load.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformsTest {
    private static final String FAILED = "Failed[code=TRANSFORM_FAILED]";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "redact                           | \"x\"                | \"[redacted]\"",
                "redact                           | 5                    | null",
                "redact                           | true                 | null",
                "mask keep-last=4                 | \"555-302-5763\"     | \"***-***-5763\"",
                "mask keep-first=1 keep-last=2    | \"Ord\\u00f3\\u00f1ez\" | \"O****ez\"",
                "mask keep-last=4                 | \"5763\"             | \"****\"",
                "mask keep-last=4 char=#          | 12345                | \"#2345\"",
                "mask                             | \"\"                 | \"\"",
                "mask                             | null                 | null",
                "generalise.year                  | \"1957-06-29\"       | \"1957\"",
                "generalise.year                  | \"1957-06-29T08:59:56.123+00:00\" | \"1957\"",
                "generalise.year                  | 19570629             | 1957",
                "generalise.month                 | \"1957-06-29T08:59Z\" | \"1957-06\"",
                "generalise.month                 | \"195706290859\"     | \"195706\"",
                "generalise.month                 | \"1957\"             | \"1957\"",
                "generalise.year                  | \"29.06.1957\"       | !",
                "generalise.year                  | \"1957-13-01\"       | !",
                "generalise.year                  | \"1957-02-29\"       | !",
                "generalise.year                  | \"1957-06-29 secret\" | !",
                "generalise.year                  | \"\"                 | !",
                "generalise.year                  | true                 | !",
                "generalise.zip3 restricted=036,059 | \"02134\"          | \"021\"",
                "generalise.zip3 restricted=036,059 | \"02134-1234\"     | \"021\"",
                "generalise.zip3 restricted=059   | 3601                 | \"036\"",
                "generalise.zip3 restricted=036   | 3601                 | \"000\"",
                "generalise.zip3 restricted=036   | 601                  | \"006\"",
                "generalise.zip3 restricted=036   | \"3601\"             | \"000\"",
                "generalise.zip3 restricted=036   | \"0213\"             | \"000\"",
                "generalise.zip3 restricted=036   | \"SW1A 1AA\"         | \"000\"",
                "generalise.zip3 restricted=036   | \"\\u0660\\u0662\\u0661\\u0663\\u0664\" | \"000\"",
                "generalise.zip3 restricted=036   | 2134.5               | \"000\"",
                "generalise.bucket size=10        | 37                   | 30",
                "generalise.bucket size=10        | -1.5                 | -10",
                "generalise.bucket size=10        | \"37\"               | \"30\"",
                "generalise.bucket size=10        | 1e99                 | !",
                "generalise.bucket size=10        | \"many\"             | !",
                "generalise.geo decimals=1        | 42.299625            | 42.3",
                "generalise.geo decimals=1        | -71.52842700000002   | -71.5",
                "generalise.geo decimals=1        | 42                   | 42",
                "generalise.ip-prefix             | \"203.0.113.77\"     | \"203.0.113.0\"",
                "generalise.ip-prefix             | \"2001:db8:1:2::3\"  | \"2001:db8:1::\"",
                "generalise.ip-prefix             | \"::1\"              | \"::\"",
                "generalise.ip-prefix             | \"localhost\"        | !",
                "generalise.ip-prefix             | \"1.2.3.256\"        | !",
                "generalise.ip-prefix             | \"a:b\"              | !",
                "generalise.email-domain          | \"Ann@Example.ORG\"  | \"example.org\"",
                "generalise.email-domain          | \"nobody\"           | !",
                "generalise.email-domain          | \"@x.org\"           | !",
                "generalise.age90                 | 89                   | 89",
                "generalise.age90                 | 89.9                 | 89.9",
                "generalise.age90                 | \"90\"               | \"90+\"",
                "generalise.age90                 | 104                  | \"90+\"",
                "generalise.age90                 | \"1936-11-23T23:30:00-05:00\" | \"90+\"",
                "generalise.age90                 | \"1936-11-24T00:30:00+14:00\" | \"1936\"",
                "generalise.age90                 | 19361123             | \"90+\"",
                "generalise.age90                 | -5                   | !",
                "tokenise-fpe domain=d min-length=7 | 1234567            | !",
                "tokenise-fpe domain=d min-length=7 | \"123456\"         | !",
                "tokenise-fpe domain=d min-length=7 | \"A1234567\"       | !",
                "tokenise-fpe domain=d min-length=8 luhn=true | \"4111111111111112\" | !",
                "tokenise domain=d canonical=digits | \"none\"           | !",
                "tokenise domain=d                | \"\\ud800\"          | !",
            })
    void givesWhatItSays(String transform, String value, String expected) {
        String view = Plans.text(json("/a", transform), "{\"a\":" + value + "}");
        assertThat(view).isEqualTo(expected.equals("!") ? FAILED : "{\"a\":" + expected + "}");
    }

    @Test
    void ageOver89IsReachedOnTheNinetiethBirthday() {
        assertOver89("1936-11-23", "2026-11-22", false); // 89 years, 364 days
        assertOver89("1936-11-23", "2026-11-23", true);
        assertOver89("1936-02-29", "2026-02-27", false);
        assertOver89("1936-02-29", "2026-02-28", true); // the older reading of a leap day
        assertOver89("1937-01", "2026-12-31", false);
        assertOver89("1936-12", "2026-12-01", true); // may be any day of the month
        assertOver89("1936", "2026-01-01", true);
        assertOver89("1986-11-23", "2026-11-23", false); // 40
        assertOver89("1931-11-23", "2026-11-23", true); // 95
        assertOver89("1937-11-23", "2026-11-23", false);
        assertOver89("1937-11-23", "2027-11-23", true); // the same person, the clock a year later
    }

    private static void assertOver89(String born, String day, boolean expected) {
        PartialDate date = Objects.requireNonNull(PartialDate.parse(born));
        assertThat(DateTransforms.Age90.isOver89(date, LocalDate.parse(day)))
                .as(born + " on " + day)
                .isEqualTo(expected);
    }

    @Test
    void anAgeOver89TakesItsValueAlongInFhir() {
        String quantity = "{\"onsetAge\":{\"value\":%s,\"code\":\"%s\"}}";
        ProtectionPlan plan = Plans.fhir("/onsetAge/value", "generalise.age90", "/onsetAge/code", "keep");
        String over = "{\"onsetAge\":{\"_value\":{\"extension\":[{\"url\":\"https://sluice.dev/fhir/age-over-89\","
                + "\"valueBoolean\":true}]},\"code\":\"%s\"}}";
        assertThat(Plans.text(plan, quantity.formatted("90", "a"))).isEqualTo(over.formatted("a"));
        assertThat(Plans.text(plan, quantity.formatted("90", "?"))).isEqualTo(over.formatted("?"));
        assertThat(Plans.text(plan, quantity.formatted("89", "a"))).isEqualTo(quantity.formatted("89", "a"));
        assertThat(Plans.text(plan, quantity.formatted("95", "mo"))).isEqualTo(quantity.formatted("95", "mo"));
        assertThat(Plans.text(plan, quantity.formatted("1092", "mo"))).isEqualTo(over.formatted("mo")); // 91 years
    }

    @Test
    void aTokenStaysWhenTheRingIsRotatedAndChangesWithTheEpoch() {
        String before = token("tokenise domain=epochs", "\"Ann\"");
        String number = token("tokenise-fpe domain=epochs min-length=9", "\"999-67-4006\"");
        Plans.RING.rotate("token.epochs");
        Plans.RING.rotate("fpe.epochs");
        assertThat(token("tokenise domain=epochs", "\"Ann\"")).isEqualTo(before);
        assertThat(token("tokenise domain=epochs epoch=1", "\"Ann\"")).isEqualTo(before);
        assertThat(token("tokenise-fpe domain=epochs min-length=9", "\"999-67-4006\""))
                .isEqualTo(number);
        String second = token("tokenise domain=epochs epoch=2", "\"Ann\"");
        assertThat(second).isNotEqualTo(before).isEqualTo(token("tokenise domain=epochs epoch=2", "\"Ann\""));
        assertThat(token("tokenise domain=epochs epoch=3", "\"Ann\"")).isNotIn(before, second);
        assertThat(token("tokenise domain=epochs key=kms", "\"Ann\"")).isNotEqualTo(before);
    }

    @Test
    void formPreservingTokensKeepTheForm() {
        String ssn = token("tokenise-fpe domain=f min-length=9", "\"999-67-4006\"");
        assertThat(ssn).matches("[0-9]{3}-[0-9]{2}-[0-9]{4}").isNotEqualTo("999-67-4006");
        assertThat(token("tokenise-fpe domain=f min-length=9", "\"999 67 4006\"")
                        .replace(" ", "-"))
                .isEqualTo(ssn);
        assertThat(token("tokenise-fpe domain=g min-length=9", "\"999-67-4006\""))
                .isNotEqualTo(ssn);
        String card = token("tokenise-fpe domain=f min-length=16 keep-first=6 luhn=true", "\"4111111111111111\"");
        assertThat(card).matches("411111[0-9]{10}").isNotEqualTo("4111111111111111");
        byte[] digits = new byte[16];
        for (int i = 0; i < 16; i++) {
            digits[i] = (byte) (card.charAt(i) - '0');
        }
        assertThat(Luhn.digit(digits, 15)).isEqualTo(digits[15]);
        assertThat(token("tokenise-fpe domain=f min-length=9 alphabet=alphanumeric keep-last=2", "\"1EG4-TE5-MK73\""))
                .matches("[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{2}73");
    }

    @Test
    void formPreservingTokensAreRefusedWhereTheyAreSwitchedOffOrTooFew() {
        Protector off = new Protector(Plans.TENANT, Plans.RING, new SecureRandom(), ViewLimits.DEFAULT);
        assertThatThrownBy(() -> off.compile(json("/a", "tokenise-fpe domain=f min-length=9")))
                .isInstanceOf(PlanRefusedException.class)
                .hasMessageContaining("protection.fpe.enabled");
        assertThatThrownBy(() -> Plans.protector().compile(json("/a", "tokenise-fpe domain=f min-length=5")))
                .isInstanceOf(PlanRefusedException.class)
                .hasMessageContaining("100000 values");
    }

    @Test
    void datesOfASubjectMoveTogetherAndStayInTheirForm() {
        String shift = "date-shift domain=stays days=30";
        LocalDate admitted = LocalDate.parse(token(shift, "\"2024-02-20\""));
        LocalDate discharged = LocalDate.parse(token(shift, "\"2024-03-05\"")); // over a leap day
        assertThat(ChronoUnit.DAYS.between(admitted, discharged)).isEqualTo(14);
        long moved = ChronoUnit.DAYS.between(LocalDate.parse("2024-02-20"), admitted);
        assertThat(moved).isNotZero().isBetween(-30L, 30L);
        LocalDate leap = LocalDate.parse("2024-02-29").plusDays(moved);
        assertThat(token(shift, "\"2024-02-29T23:59:60.5-05:00\"")).isEqualTo(leap + "T23:59:60.5-05:00");
        assertThat(token(shift, "\"20240229235959+0100\""))
                .isEqualTo(leap.toString().replace("-", "") + "235959+0100");
        assertThat(token(shift, "\"2024-02\""))
                .isEqualTo(YearMonth.from(LocalDate.parse("2024-02-15").plusDays(moved))
                        .toString());
        assertThat(token(shift, "\"2024\"")).isEqualTo("2024"); // from the middle of the year
        for (String none :
                List.of("2024-02-30", "2024-02-20T24:00:00Z", "2024-02-20T10:00:00+15:00", "soon", "0000-01-01")) {
            assertThat(Plans.text(json("/a", shift), "{\"a\":\"" + none + "\"}"))
                    .as(none)
                    .isEqualTo(FAILED);
        }
        assertThat(Plans.text(json("/a", shift), "{\"a\":20240229}"))
                .isEqualTo("{\"a\":" + leap.toString().replace("-", "") + "}");
    }

    @Test
    void aRecordWithoutASubjectHasNoShift() throws PlanRefusedException {
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(json("/a", "date-shift domain=stays"));
        protector.read("{\"a\":\"2024-02-20\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(protector
                        .protect(plan, new RecordContext(Plans.DAY, null, "r1_abc"))
                        .toString())
                .isEqualTo(FAILED);
    }

    @Test
    void anIdAndEveryReferenceToItHaveOneCode() {
        String uuid = "1f3a52c6-0a51-4d4b-9c0e-33d5f4b1a001";
        String code = pseudonym("Patient", uuid);
        assertThat(code).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        for (String reference : List.of(
                "urn:uuid:" + uuid,
                "urn:uuid:" + uuid.toUpperCase(Locale.ROOT),
                "Patient/" + uuid,
                "https://st-elsewhere.example/fhir/Patient/" + uuid,
                "Patient/" + uuid + "/_history/3")) {
            assertThat(reference(reference)).as(reference).isEqualTo("urn:uuid:" + code);
        }
        assertThat(reference("Patient/7")).isEqualTo("urn:uuid:" + pseudonym("Patient", "7"));
        assertThat(reference("Encounter/7")).isEqualTo("urn:uuid:" + pseudonym("Encounter", "7"));
        assertThat(pseudonym("Patient", "7")).isNotEqualTo(pseudonym("Encounter", "7"));
        for (String literal :
                List.of("https://h.example/Patient/7/_history/1", "http://h/_history/Patient/7", "http:///Patient/7")) {
            assertThat(reference(literal)).as(literal).isEqualTo(reference("Patient/7"));
        }
        for (String other : List.of(
                "http://Patient/7",
                "ftp://h/Patient/7",
                "h/Patient/7",
                "http://h?x=/Patient/7",
                "http://h#/Patient/7",
                "patient/7",
                "P/7",
                "/Patient/7",
                "Patient/7/_history/",
                "Patient/7/")) {
            assertThat(reference(other)).as(other).isNotEqualTo(reference("Patient/7"));
        }
        assertThat(reference("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9999"))
                .matches("urn:uuid:[0-9a-f-]{36}");
        assertThat(Plans.text(
                        Plans.fhir("/subject/reference", "pseudonymise domain=r"),
                        "{\"subject\":{\"reference\":\"#p\"}}"))
                .isEqualTo("{}");
        assertThat(Plans.text(
                        Plans.fhir("/subject/reference", "pseudonymise domain=other"),
                        "{\"subject\":{\"reference\":\"Patient/7\"}}"))
                .doesNotContain(pseudonym("Patient", "7"));
    }

    private static String pseudonym(String type, String id) {
        String view = Plans.text(
                Plans.fhir("/id", "pseudonymise domain=r"),
                "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"}");
        return view.substring("{\"id\":\"".length(), view.length() - 2);
    }

    private static String reference(String reference) {
        String view = Plans.text(
                Plans.fhir("/subject/reference", "pseudonymise domain=r"),
                "{\"subject\":{\"reference\":\"" + reference + "\"}}");
        return view.substring("{\"subject\":{\"reference\":\"".length(), view.length() - 3);
    }

    @Test
    void withoutASubjectThereIsNoCode() throws PlanRefusedException {
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(json("/a", "pseudonymise domain=r"));
        protector.read("{\"a\":\"x\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(protector
                        .protect(plan, new RecordContext(Plans.DAY, null, "r1_abc"))
                        .toString())
                .isEqualTo(FAILED);
        assertThat(Plans.text(json("/a", "pseudonymise domain=r"), "{\"a\":\"" + "x".repeat(2_049) + "\"}"))
                .isEqualTo(FAILED);
    }

    @Test
    void shiftsAreSpreadOverTheirRangeAndNeverZero() {
        DateShift shift = new DateShift("dev", "d", 3, Plans.RING.getOrCreate("shift.spread"));
        int[] drawn = new int[7];
        for (int i = 0; i < 600; i++) {
            String letters = "" + (char) ('a' + i % 26) + (char) ('a' + i / 26 % 26);
            drawn[shift.shift(new SubjectRef("s1_" + "a".repeat(24) + letters)) + 3]++;
        }
        assertThat(drawn[3]).isZero();
        for (int days : new int[] {0, 1, 2, 4, 5, 6}) {
            assertThat(drawn[days]).as("of 600, moved by " + (days - 3)).isBetween(50, 160);
        }
    }

    /** What a kind declares is what it does, whatever the type of the value. */
    @Test
    void resultsAreWhatTheirKindDeclares() {
        Map<String, String> samples = Map.ofEntries(
                Map.entry("keep", "\"x\""),
                Map.entry("generalise.year", "19570629"),
                Map.entry("date-shift domain=t", "19570629"),
                Map.entry("mask", "12345"),
                Map.entry("tokenise-fpe domain=t min-length=7", "\"1234567\""),
                Map.entry("tokenise domain=t", "12345"),
                Map.entry("encrypt-deterministic domain=t", "12345"),
                Map.entry("pseudonymise domain=t", "12345"),
                Map.entry("encrypt domain=t", "12345"),
                Map.entry("redact", "12345"),
                Map.entry("drop", "12345"));
        samples.forEach((transform, value) -> {
            TransformKind kind = Plans.transform(transform).kind();
            String view = Plans.text(json("/a", transform), "{\"a\":" + value + "}");
            String again = Plans.text(json("/a", transform), "{\"a\":" + value + "}");
            String result = view.equals("{}") ? "" : view.substring("{\"a\":".length(), view.length() - 1);
            boolean text = result.startsWith("\"");
            switch (kind.output()) {
                case VALUE -> assertThat(result).as(transform).isEqualTo(value);
                case COARSER, SAME_FORM -> assertThat(text).as(transform).isEqualTo(value.startsWith("\""));
                case TEXT -> assertThat(text).as(transform).isTrue();
                case CONSTANT -> assertThat(result).as(transform).isEqualTo("null");
                case NOTHING -> assertThat(result).as(transform).isEmpty();
            }
            assertThat(view.equals(again)).as(transform).isEqualTo(kind.deterministic());
        });
    }

    /** Whatever the check of a rulebook lets through can be executed, and what it refuses cannot. */
    @Test
    void theFactoryAndTheCheckAgreeOnParameters() {
        for (String name : KnownTransforms.names()) {
            KnownTransforms.params(name).all().forEach((param, kind) -> {
                if (kind instanceof Parameter.Whole range) {
                    assertThat(compiles(name, param, range.min()))
                            .as(name + " " + param)
                            .isTrue();
                    assertThat(compiles(name, param, range.max()))
                            .as(name + " " + param)
                            .isTrue();
                    assertThat(compiles(name, param, range.min() - 1))
                            .as(name + " " + param)
                            .isFalse();
                    assertThat(compiles(name, param, range.max() + 1))
                            .as(name + " " + param)
                            .isFalse();
                } else if (kind instanceof Parameter.Code code) {
                    code.words()
                            .forEach(word -> assertThat(compiles(name, param, word))
                                    .as(word)
                                    .isTrue());
                    assertThat(compiles(name, param, "no-such-word"))
                            .as(name + " " + param)
                            .isFalse();
                } else if (kind instanceof Parameter.Flag) {
                    assertThat(compiles(name, param, "yes"))
                            .as(name + " " + param)
                            .isFalse();
                } else {
                    assertThat(compiles(name, param, "")).as(name + " " + param).isFalse();
                }
            });
            assertThat(compiles(name, "no-such-parameter", 1)).as(name).isFalse();
        }
    }

    private static boolean compiles(String name, String param, Object value) {
        TreeMap<String, Object> params = new TreeMap<>();
        KnownTransforms.params(name).required().keySet().forEach(required -> params.put(required, "some"));
        if (params.containsKey("table")) { // the matrix puts the table's content in its place
            params.remove("table");
            params.put("restricted", List.of("036"));
        }
        if (name.equals("tokenise-fpe")) {
            boolean lessIsLeft = param.startsWith("keep") && !value.equals(0);
            params.put("min-length", lessIsLeft ? 16 : 40);
            if (lessIsLeft && value.equals(1_000) || param.equals("min-length") && value.equals(1)) {
                return true; // in range, and refused for the few values that it leaves
            }
        }
        params.put(param.equals("table") ? "restricted" : param, value);
        if (value.equals("subject") && param.equals("key")) {
            params.remove("domain"); // each subject is its own
        }
        try {
            FieldRule rule = new FieldRule(
                    FieldPattern.parse("/a"), TransformSpec.parse(name, params).orElseThrow(), "test");
            Plans.protector()
                    .compile(new ProtectionPlan(
                            "care",
                            "treatment",
                            "test-data",
                            Dataset.Format.JSON,
                            List.of(rule),
                            Dataset.Undeclared.DROP,
                            Envelope.CLOSED));
            return true;
        } catch (PlanRefusedException e) {
            return false;
        }
    }

    @Test
    void equalValuesOfOneDomainHaveEqualTokens() {
        String plain = token("tokenise domain=customers", "\"Ann@Example.org\"");
        assertThat(plain).matches("tok1_[a-z2-7]{4}_[a-z2-7]{26}");
        assertThat(token("tokenise domain=customers", "\"  Ann@Example.org \"")).isEqualTo(plain);
        assertThat(token("tokenise domain=customers", "\"\\u0041nn@Example.org\""))
                .isEqualTo(plain);
        assertThat(token("tokenise domain=customers", "\"ann@Example.org\"")).isNotEqualTo(plain);
        assertThat(token("tokenise domain=others", "\"Ann@Example.org\"")).isNotEqualTo(plain);
        assertThat(token("tokenise domain=c canonical=email", "\"Ann@EXAMPLE.org\""))
                .isEqualTo(token("tokenise domain=c canonical=email", "\"Ann@example.org\""));
        assertThat(token("tokenise domain=c canonical=digits", "\"999-67-4006\""))
                .isEqualTo(token("tokenise domain=c canonical=digits", "999674006"));
        assertThat(token("tokenise domain=c canonical=phone", "\"0049 30 1234\""))
                .isEqualTo(token("tokenise domain=c canonical=phone", "\"+49 (30) 12-34\""));
    }

    private static String token(String transform, String value) {
        String view = Plans.text(json("/a", transform), "{\"a\":" + value + "}");
        return view.substring("{\"a\":\"".length(), view.length() - 2);
    }

    @Test
    void restrictedPrefixesAreTakenFromTheTableAlone() {
        assertThat(new Zip3(Set.of()).prefix("03601", false)).isEqualTo("036");
        assertThat(new Zip3(Set.of("036")).prefix("03601", false)).isEqualTo("000");
    }
}
