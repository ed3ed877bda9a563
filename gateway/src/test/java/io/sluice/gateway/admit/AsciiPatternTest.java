package io.sluice.gateway.admit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsciiPatternTest {
    private static final int PATTERNS = 3_000;
    private static final int TEXTS = 40;
    private static final String[] PIECES = {
        "a",
        "b",
        "-",
        "1",
        "\\.",
        "\\d",
        "\\-",
        ".",
        "[ab]",
        "[a-c1]",
        "[^a]",
        "[-a]",
        "[a-]",
        "[a-b-1]",
        "[^-b]",
        "[\\d-]",
        "(a|b1)",
        "(?:a|)",
        "()",
        "(a*b)",
        "(a?b?)",
        "((a|b)-)",
        "?",
        "*",
        "+",
        "{2}",
        "{1,3}",
        "{0,2}",
        "{2,}",
        "{0}",
        "|",
        "^",
        "$",
        "(",
        ")",
        "]",
        "&",
        "[a&&b]",
        "\\b",
        "\\1",
        "??",
        "++",
    };
    private static final String ALPHABET = "aabb11--.cA\n\r ";

    /** What one finds the other does, but for a line end before {@code $}, which is left to the other. */
    @Test
    void matchesWhatTheJdkFinds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int known = 0;
        int matched = 0;
        for (int i = 0; i < PATTERNS; i++) {
            String text = pattern(random);
            Pattern pattern = compiled(text);
            AsciiPattern quick = pattern == null ? null : AsciiPattern.of(text);
            for (int j = 0; quick != null && j < TEXTS; j++) {
                String value = text(random);
                byte[] bytes = ("x" + value + "x").getBytes(US_ASCII);
                boolean found = pattern.matcher(value).find();
                boolean matches = quick.matches(bytes, 1, bytes.length - 1);
                if (!text.endsWith("$") || matches) {
                    assertThat(matches)
                            .as("seed %d: %s on %s", seed, text, value)
                            .isEqualTo(found);
                } else if (found) {
                    assertThat(value).as("seed %d: %s", seed, text).containsPattern("[\n\r]");
                }
                known++;
                matched += matches ? 1 : 0;
            }
        }
        assertThat(known).isGreaterThan(PATTERNS * TEXTS / 10);
        assertThat(matched).isBetween(known / 20, known * 19 / 20);
    }

    private static String pattern(Random random) {
        StringBuilder pattern = new StringBuilder(random.nextBoolean() ? "^" : "");
        for (int pieces = 1 + random.nextInt(5); pieces > 0; pieces--) {
            pattern.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return pattern.append(random.nextBoolean() ? "$" : "").toString();
    }

    private static Pattern compiled(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            return null; // no schema has it
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int chars = random.nextInt(7); chars > 0; chars--) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@",
                "",
                "^[A-Z]{3}$",
                "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$",
                "^[a-z0-9]+(?:-[a-z0-9]+)*$",
                "^\\d{11}$",
            })
    void knowsWhatSchemasMostlyHave(String pattern) {
        assertThat(AsciiPattern.of(pattern)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^a|b$",
                "(?i)a",
                "(?=a)b",
                "a++",
                "a*?",
                "\\bA",
                "\\w",
                "(a)\\1",
                "[[a]b]",
                "[a&&b]",
                "é",
                "^a$b",
                "(^a)",
                "^a{1000}$",
                "^(a|b)*a(a|b){12}$",
            })
    void leavesToTheJdkWhatItDoesNotKnow(String pattern) {
        assertThat(Pattern.compile(pattern)).isNotNull();
        assertThat(AsciiPattern.of(pattern)).isNull();
    }

    /** A schema is read while every event of a dataset with one waits. Bytes are the same on every machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "^((a?b?c?){1,20}(d?e?f?){1,20}){1,20}$",
                "^((((((a?){1,9}b?){1,9}c?){1,9}d?){1,9}e?){1,9}f?){1,9}$",
            })
    void givesUpSoonWhatTakesLongToMake(String pattern) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

        assertThat(AsciiPattern.of(pattern)).isNull();

        assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                .isLessThan(25_000_000);
    }

    @Test
    void readsNoByteBesideItsPart() {
        AsciiPattern pattern = Objects.requireNonNull(AsciiPattern.of("^NO$"));

        assertThat(pattern.matches("NNO".getBytes(US_ASCII), 1, 3)).isTrue();
        assertThat(pattern.matches("NOO".getBytes(US_ASCII), 0, 3)).isFalse();
        assertThat(pattern.matches("NO".getBytes(US_ASCII), 0, 1)).isFalse();
        assertThat(pattern.matches("NO".getBytes(US_ASCII), 1, 1)).isFalse();
    }
}
