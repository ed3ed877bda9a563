package io.sluice.protection.transform;

import static io.sluice.protection.transform.Plans.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;
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
