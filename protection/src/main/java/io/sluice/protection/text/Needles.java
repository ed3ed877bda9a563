package io.sluice.protection.text;

import io.sluice.protection.text.Identifier.Kind;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The words that identifiers are looked for by: folded, letters and digits alone, with the variants that people write.
 * Confined to one thread.
 */
final class Needles {
    /** Found inside a longer word too; shorter ones are words of their own, or {@code Li} would be in every lipid. */
    private static final int LONG = 6;

    private static final int MIN_NAME = 2;
    private static final int MIN_OTHER = 4;
    /** A word that is as short as that must not be pieced together from several. */
    private static final int MIN_SPACED = 4;
    /** From here on scripts have no blanks between words, or no words that Latin ones are part of. */
    private static final char FIRST_UNSPACED = '\u0e00';

    /** A day in digits; a form with fewer is one only between separators. */
    private static final int DAY_DIGITS = 8;

    private static final int LOCAL_DIGITS = 7;
    private static final int NATIONAL_DIGITS = 10;

    /** Stand in fields of names and name nobody. */
    private static final Set<String> TITLES = Set.of(
            "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "md", "phd", "rn", "dds", "jr", "sr", "ii", "iii", "iv",
            "sir");

    /** Name nobody either where they are a part of a longer name. */
    private static final Set<String> PARTICLES = Set.of(
            "de", "del", "della", "der", "den", "di", "da", "dos", "das", "du", "la", "le", "van", "von", "zu", "ter",
            "ten", "of", "the", "and", "und", "et", "y", "e");

    /** Kinds of streets and their abbreviations, folded. */
    private static final Map<String, String> STREETS = Map.ofEntries(
            Map.entry("street", "st"),
            Map.entry("avenue", "ave"),
            Map.entry("road", "rd"),
            Map.entry("lane", "ln"),
            Map.entry("drive", "dr"),
            Map.entry("court", "ct"),
            Map.entry("place", "pl"),
            Map.entry("boulevard", "blvd"),
            Map.entry("highway", "hwy"),
            Map.entry("parkway", "pkwy"),
            Map.entry("terrace", "ter"),
            Map.entry("circle", "cir"),
            Map.entry("square", "sq"),
            Map.entry("apartment", "apt"),
            Map.entry("suite", "ste"));

    private final Map<String, Kind> words = new LinkedHashMap<>();
    private final List<String> sought;
    private final AhoCorasick automaton;

    Needles(Identifiers identifiers) {
        for (Identifier identifier : identifiers.values()) {
            switch (identifier.kind()) {
                case NAME -> name(identifier.value());
                case ADDRESS -> address(identifier.value());
                case DATE -> date(identifier.value());
                case PHONE -> phone(identifier.value());
                case EMAIL, URL, NUMBER, AGE -> add(compact(identifier.value()), identifier.kind(), MIN_OTHER);
            }
        }
        sought = List.copyOf(words.keySet());
        automaton = new AhoCorasick(sought);
    }

    /** Marks all of them in a text. */
    void mark(FoldedText text, Marks marks) {
        automaton.search(text::compactAt, text.compactLength(), (word, end) -> {
            String needle = sought.get(word);
            int start = end - needle.length();
            Kind kind = words.getOrDefault(needle, Kind.NUMBER);
            if (accepted(text, needle, kind, start, end)) {
                marks.add(text.from(text.ofCompact(start)), text.to(text.ofCompact(end - 1)), kind);
            }
        });
    }

    private static boolean accepted(FoldedText text, String needle, Kind kind, int start, int end) {
        boolean apart = text.isBoundary(start) && text.isBoundary(end);
        boolean digits = isNumber(needle);
        if (kind == Kind.DATE && digits && needle.length() < DAY_DIGITS) {
            // 7/21/49 is a day, 72149 is any number.
            return apart && text.ofCompact(end - 1) - text.ofCompact(start) >= needle.length() + 1;
        }
        if (text.hasBlank(start, end)) {
            return apart && needle.length() >= MIN_SPACED;
        }
        if (apart || needle.charAt(0) >= FIRST_UNSPACED) {
            return true;
        }
        // August 2 is not in August 25.
        return needle.length() >= LONG && (digits || !text.splitsNumber(start) && !text.splitsNumber(end));
    }

    private static boolean isNumber(String needle) {
        return needle.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void name(String value) {
        for (String written : List.of(value, Umlauts.spelledOut(value))) {
            add(compact(written), Kind.NAME, MIN_NAME);
            List<String> words = words(written);
            for (String word : words) {
                if (words.size() == 1 || !PARTICLES.contains(word)) {
                    add(word, Kind.NAME, MIN_NAME);
                    add(letters(word), Kind.NAME, MIN_OTHER);
                }
            }
        }
    }

    private void address(String value) {
        for (String written : List.of(value, Umlauts.spelledOut(value))) {
            List<String> parts = words(written);
            address(parts);
            List<String> longForm = parts.stream().map(Needles::longStreet).toList();
            for (int i = 1; i + 1 < parts.size(); i++) {
                if (STREETS.containsKey(longForm.get(i))) {
                    address(parts.subList(0, i + 1)); // without the apartment
                    break;
                }
            }
        }
    }

    private void address(List<String> parts) {
        add(String.join("", parts), Kind.ADDRESS, MIN_OTHER);
        List<String> longForm = parts.stream().map(Needles::longStreet).toList();
        List<String> shortForm =
                longForm.stream().map(part -> STREETS.getOrDefault(part, part)).toList();
        for (List<String> form : List.of(longForm, shortForm)) {
            add(String.join("", form), Kind.ADDRESS, MIN_OTHER);
            int number = !form.isEmpty() && Character.isDigit(form.get(0).charAt(0)) ? 1 : 0;
            if (form.size() > number + 1) {
                add(String.join("", form.subList(number, form.size())), Kind.ADDRESS, LONG);
            }
        }
        if (parts.size() > 2 && STREETS.containsKey(longForm.get(parts.size() - 1))) {
            add(String.join("", parts.subList(0, parts.size() - 1)), Kind.ADDRESS, MIN_OTHER);
        }
    }

    private static String longStreet(String word) {
        for (Map.Entry<String, String> street : STREETS.entrySet()) {
            if (street.getValue().equals(word)) {
                return street.getKey();
            }
        }
        return word;
    }

    private void date(String value) {
        try {
            LocalDate day = LocalDate.parse(value.length() > 10 ? value.substring(0, 10) : value);
            for (String form : Days.forms(day)) {
                add(compact(form), Kind.DATE, MIN_OTHER);
            }
        } catch (DateTimeException e) {
            // A year or a month is no identifier; what else stands there is looked for as it is written.
            if (value.length() > "1949-07".length()) {
                add(compact(value), Kind.DATE, MIN_OTHER);
            }
        }
    }

    private void phone(String value) {
        String digits = only(compact(value), c -> c >= '0' && c <= '9');
        add(compact(value), Kind.PHONE, MIN_OTHER);
        add(digits, Kind.PHONE, MIN_OTHER);
        for (int last : new int[] {NATIONAL_DIGITS, LOCAL_DIGITS}) {
            if (digits.length() > last) {
                add(digits.substring(digits.length() - last), Kind.PHONE, MIN_OTHER);
            }
        }
    }

    private void add(String word, Kind kind, int min) {
        for (String form : List.of(word, Umlauts.contracted(word))) {
            if (form.length() >= min && !TITLES.contains(form)) {
                words.putIfAbsent(form, kind);
            }
        }
    }

    private static String letters(String word) {
        return only(word, c -> c < '0' || c > '9');
    }

    private static String only(String word, IntPredicate kept) {
        StringBuilder out = new StringBuilder(word.length());
        word.chars().filter(kept).forEach(c -> out.append((char) c));
        return out.toString();
    }

    private static String compact(String value) {
        StringBuilder out = new StringBuilder();
        value.codePoints().forEach(point -> {
            String folded = Fold.of(point);
            for (int i = 0; i < folded.length(); i++) {
                if (FoldedText.isWord(folded.charAt(i))) {
                    out.append(folded.charAt(i));
                }
            }
        });
        return out.toString();
    }

    private static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        value.codePoints().forEach(point -> {
            String folded = Fold.of(point);
            for (int i = 0; i < folded.length(); i++) {
                char c = folded.charAt(i);
                if (FoldedText.isWord(c)) {
                    word.append(c);
                } else if (c != '\'' && c != '\u2019' && word.length() > 0) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            }
        });
        if (word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }
}
