package io.sluice.protection.transform;

import java.time.LocalDate;
import java.time.YearMonth;
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
    private static final Pattern COMPACT = Pattern.compile("[0-9]{4}(?:[0-9]{2}(?:[0-9]{2}"
            + "(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:\\.[0-9]{1,4})?)?)?)?)?)?(?:[+-][0-9]{4})?");

    /** Reads a text; null where it is no such date. */
    static @Nullable PartialDate parse(String text) {
        int length = text.length();
        if (length > MAX_CHARS || !digits(text, 0, 4)) {
            return null;
        }
        boolean compact = length > 4 && (text.charAt(4) != '-' || digits(text, 5, 9));
        if (compact ? !COMPACT.matcher(text).matches() : !isExtended(text)) {
            return null;
        }
        int separator = compact ? 0 : 1;
        int monthAt = 4 + separator;
        int dayAt = monthAt + 2 + separator;
        boolean hasMonth = digits(text, monthAt, monthAt + 2);
        boolean hasDay = hasMonth && digits(text, dayAt, dayAt + 2);
        int year = number(text, 0, 4);
        int month = hasMonth ? number(text, monthAt, monthAt + 2) : 0;
        int day = hasDay ? number(text, dayAt, dayAt + 2) : 0;
        boolean monthExists = !hasMonth || month >= 1 && month <= 12;
        boolean dayExists = !hasDay
                || monthExists && day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth();
        if (!monthExists || !dayExists) {
            return null;
        }
        return new PartialDate(
                year, month, day, compact, text.substring(hasDay ? dayAt + 2 : hasMonth ? monthAt + 2 : 4));
    }

    /** FHIR R4 2.24.0.1: a date, or a date with a time of day to the minute or finer, and perhaps a zone. */
    private static boolean isExtended(String text) {
        int length = text.length();
        if (length <= 10) {
            return length == 4
                    || text.charAt(4) == '-'
                            && digits(text, 5, 7)
                            && (length == 7 || length == 10 && text.charAt(7) == '-' && digits(text, 8, 10));
        }
        boolean minutes = text.charAt(4) == '-'
                && digits(text, 5, 7)
                && text.charAt(7) == '-'
                && digits(text, 8, 10)
                && (text.charAt(10) == 'T' || text.charAt(10) == ' ')
                && digits(text, 11, 13)
                && is(text, 13, ':')
                && digits(text, 14, 16);
        if (!minutes) {
            return false;
        }
        int at = 16;
        if (is(text, at, ':')) {
            if (!digits(text, 17, 19)) {
                return false;
            }
            at = 19;
            if (is(text, at, '.')) {
                int fraction = at + 1;
                for (at = fraction; digits(text, at, at + 1); at++) {
                    // counts
                }
                if (at == fraction || at > fraction + 9) {
                    return false;
                }
            }
        }
        return at == length || isZone(text, at);
    }

    private static boolean isZone(String text, int at) {
        if (is(text, at, 'Z')) {
            return at + 1 == text.length();
        }
        int minutes = is(text, at + 3, ':') ? at + 4 : at + 3;
        return (is(text, at, '+') || is(text, at, '-'))
                && digits(text, at + 1, at + 3)
                && digits(text, minutes, minutes + 2)
                && minutes + 2 == text.length();
    }

    private static boolean is(String text, int at, char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private static boolean digits(String text, int from, int to) {
        if (to > text.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
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
}
