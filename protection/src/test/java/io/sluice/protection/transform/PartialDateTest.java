package io.sluice.protection.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartialDateTest {
    private static final long SEED = 20261126;
    private static final int TRIES = 200_000;
    private static final String ALPHABET = "0123456789-:+.TZ ";

    /** The grammar as FHIR R4 2.24.0.1 and HL7 v2 write it, slow and plain. */
    private static final List<Pattern> GRAMMAR = List.of(
            Pattern.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})((?:[T ][0-9]{2}:[0-9]{2}"
                    + "(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?))?)?"),
            Pattern.compile("([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})((?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}"
                    + "(?:\\.[0-9]{1,4})?)?)?)?))?)?(?:[+-][0-9]{4})?"));

    private static final List<String> SEEDS = List.of(
            "1957",
            "1957-06",
            "1957-06-29",
            "1957-06-29T08:59",
            "1957-06-29T08:59:56Z",
            "1957-06-29T08:59:56.123456789+01:00",
            "1957-06-29 08:59:56-0130",
            "195706",
            "19570629",
            "19570629085956.1234+0100",
            "1957-0100",
            "195706-0100",
            "2024-02-29",
            "2023-02-28");

    @Test
    void readsWhatTheGrammarSaysAndNothingElse() {
        Random random = new Random(SEED);
        int dates = 0;
        for (int i = 0; i < TRIES; i++) {
            String text = changed(SEEDS.get(i % SEEDS.size()), random);
            PartialDate date = PartialDate.parse(text);
            assertThat(written(date)).as("seed %d, %s", SEED, text).isEqualTo(byGrammar(text));
            dates += date == null ? 0 : 1;
        }
        assertThat(dates).isBetween(TRIES / 10, TRIES - TRIES / 10);
    }

    private static String changed(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int n = random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(changed.length() + 1);
            char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            switch (random.nextInt(3)) {
                case 0 -> changed.insert(at, c);
                case 1 -> changed.setLength(at);
                default -> changed.replace(at, Math.min(at + 1, changed.length()), "" + c);
            }
        }
        return changed.toString();
    }

    private static @Nullable String written(@Nullable PartialDate date) {
        return date == null ? null : date.yearText() + "/" + date.month() + "/" + date.day() + "/" + date.rest();
    }

    private static @Nullable String byGrammar(String text) {
        for (Pattern pattern : GRAMMAR) {
            Matcher matcher = pattern.matcher(text);
            if (text.length() <= 40 && matcher.matches()) {
                int month = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
                int day = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
                boolean exists = (matcher.group(2) == null || month >= 1 && month <= 12)
                        && (matcher.group(3) == null
                                || day >= 1
                                        && day
                                                <= java.time.YearMonth.of(Integer.parseInt(matcher.group(1)), month)
                                                        .lengthOfMonth());
                int last = matcher.group(3) != null ? 3 : matcher.group(2) != null ? 2 : 1;
                return exists
                        ? matcher.group(1) + "/" + month + "/" + day + "/" + text.substring(matcher.end(last))
                        : null;
            }
        }
        return null;
    }
}
