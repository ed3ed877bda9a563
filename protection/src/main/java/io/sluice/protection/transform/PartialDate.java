package io.sluice.protection.transform;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A date as precise as it was written: FHIR date, dateTime and instant ({@code 1957}, {@code 1957-06},
 * {@code 1957-06-29}, {@code 1957-06-29T08:59:56+00:00}) or HL7 v2 DT and TS ({@code 195706}, {@code 19570629085956}).
 *
 * @param year four digits
 * @param month 1 to 12, 0 where not written
 * @param day 1 to 31, 0 where not written
 * @param compact whether it is of the HL7 form
 * @param rest what stands behind the date: time of day and zone, as written
 */
record PartialDate(int year, int month, int day, boolean compact, String rest) {
    private static final int MAX_CHARS = 40;

    // Bounded repetitions over disjoint classes: no backtracking to speak of.
    private static final Pattern EXTENDED = Pattern.compile(
            "([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?"
                    + "(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?");
    private static final Pattern COMPACT = Pattern.compile("([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})"
            + "(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:\\.[0-9]{1,4})?)?)?)?)?)?(?:[+-][0-9]{4})?");

    /** Reads a text; null where it is no such date. */
    static @Nullable PartialDate parse(String text) {
        if (text.length() > MAX_CHARS) {
            return null;
        }
        Matcher matcher = EXTENDED.matcher(text);
        boolean compact = false;
        if (!matcher.matches()) {
            matcher = COMPACT.matcher(text);
            compact = true;
            if (!matcher.matches()) {
                return null;
            }
        }
        int year = number(matcher.group(1));
        int month = number(matcher.group(2));
        int day = number(matcher.group(3));
        boolean monthExists = matcher.group(2) == null || month >= 1 && month <= 12;
        boolean dayExists = matcher.group(3) == null
                || monthExists && day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth();
        if (!monthExists || !dayExists) {
            return null;
        }
        String rest =
                text.substring(compact ? 4 + (month > 0 ? 2 : 0) + (day > 0 ? 2 : 0) : Math.min(text.length(), 10));
        return new PartialDate(year, month, day, compact, rest);
    }

    /** The first day that it can mean. */
    LocalDate earliest() {
        return LocalDate.of(year, Math.max(month, 1), Math.max(day, 1));
    }

    /** The day in the middle of the span that it can mean: itself where it is whole. */
    LocalDate middle() {
        return LocalDate.of(year, month == 0 ? 7 : month, day == 0 ? month == 0 ? 2 : 15 : day);
    }

    /** Another day, written as precisely and in the same form, with the same time of day and zone. */
    String written(LocalDate other) {
        String separator = compact ? "" : "-";
        return digits(other.getYear(), 4)
                + (month == 0 ? "" : separator + digits(other.getMonthValue(), 2))
                + (day == 0 ? "" : separator + digits(other.getDayOfMonth(), 2))
                + rest;
    }

    String yearText() {
        return digits(year, 4);
    }

    /** Year and month, or the year alone where no month was written. */
    String monthText() {
        if (month == 0) {
            return yearText();
        }
        return yearText() + (compact ? "" : "-") + digits(month, 2);
    }

    private static String digits(int number, int width) {
        return "0".repeat(width - Integer.toString(number).length()) + number;
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
