package io.sluice.cli.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 7d}, or ISO 8601 ({@code P7D}). */
public final class Durations {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})\\s*(ms|s|m|h|d)");

    private Durations() {}

    /** Reads a duration. @throws IllegalArgumentException if it is none, saying what one looks like */
    public static Duration parse(String text) {
        String stripped = text.strip();
        if (stripped.startsWith("P")) {
            try {
                return Duration.parse(stripped);
            } catch (DateTimeParseException e) {
                throw wrong();
            }
        }
        Matcher matcher = TEXT.matcher(stripped);
        if (!matcher.matches()) {
            throw wrong();
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** The shortest form that {@link #parse} reads. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("must be a duration with a unit, like 250ms, 5s, 2m, 1h, 7d or P7D");
    }
}
