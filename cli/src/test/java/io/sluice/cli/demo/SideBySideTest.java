package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SideBySideTest {
    private static final String CARE = "{\"id\":\"r1_a\",\"type\":\"t\",\"data\":{\"name\":[{\"family\":\"Nordmann\"}],"
            + "\"birthDate\":\"1980-02-03\",\"gender\":\"female\"}}";
    private static final String RESEARCH =
            "{\"id\":\"r1_b\",\"type\":\"t\",\"data\":{\"birthDate\":\"1980\",\"gender\":\"female\"}}";

    @Test
    void aRowForEachFieldThatDiffers() {
        assertThat(new SideBySide(views(CARE, RESEARCH), 80).text()).isEqualTo("""
                        field           care        research
                        id              r1_a        r1_b
                        /name/0/family  Nordmann    -
                        /birthDate      1980-02-03  1980
                        2 further fields, alike for all of them""");
    }

    @Test
    void aRecipientAloneHasNothingThatDiffers() {
        assertThat(new SideBySide(Map.of("care", CARE), 80).text()).contains("5 further fields");
    }

    /** However many recipients there are and however long values and names. */
    @ParameterizedTest
    @ValueSource(ints = {40, 80, 120})
    void staysWithinTheWidth(int columns) {
        String longest = "{\"id\":\"" + "x".repeat(300) + "\",\"data\":{\"" + "member".repeat(30) + "\":\"y\"}}";
        String text = new SideBySide(views(CARE, RESEARCH, longest, CARE, longest), columns).text();

        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        assertThat(text).contains("care").contains("research").contains("r3").contains("r5");
    }

    /** A value may hold what a terminal obeys. */
    @Test
    void controlCharactersAreNotPrinted() {
        String evil = "{\"id\":\"\\u001b[2J\\r\\nowned\",\"data\":{}}";

        assertThat(new SideBySide(views(CARE, evil), 80).text())
                .doesNotContain("\u001b")
                .contains("owned");
    }

    private static Map<String, String> views(String... views) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < views.length; i++) {
            named.put(i == 0 ? "care" : i == 1 ? "research" : "r" + (i + 1), views[i]);
        }
        return named;
    }
}
