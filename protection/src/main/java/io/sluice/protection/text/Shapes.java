package io.sluice.protection.text;

import io.sluice.protection.text.Identifier.Kind;

/**
 * Values that are identifiers by their form, whosever they are: e-mail and web addresses, telephone, card and social
 * security numbers, UUIDs, long numbers and codes, ages over 89. Each look is bounded, so all of it is linear; no regular
 * expression. Stateless.
 */
final class Shapes {
    /** A number with that many digits is nobody's laboratory value. */
    private static final int LONG_NUMBER = 7;

    private static final int LONG_CODE = 20;
    private static final int SHORT_CODE = 12;
    private static final int MAX_LOCAL = 254;
    private static final int MAX_DOMAIN = 255;
    private static final int MAX_SCHEME = 16;
    private static final int MAX_PHONE_DIGITS = 15;
    private static final int MIN_PHONE_DIGITS = 7;

    private static final int[] SSN = {3, 2, 4};
    private static final int[] NATIONAL_PHONE = {3, 3, 4};
    private static final int[] FRENCH_PHONE = {2, 2, 2, 2, 2};
    private static final int[] CARD = {4, 4, 4, 4};
    private static final int[] AMEX = {4, 6, 5};
    private static final int[] UUID = {8, 4, 4, 4, 12};

    private static final String[] YEARS = {
        "yearsold", "yearold", "yearsofage", "yrsold", "yrold", "yo", "years", "jahrealt", "jahre"
    };

    private final FoldedText text;
    private final Marks marks;
    /** How far web addresses and codes have been looked at, so that no character is looked at twice. */
    private int urlEnd;

    private int codeEnd;

    private Shapes(FoldedText text, Marks marks) {
        this.text = text;
        this.marks = marks;
    }

    /** Marks all of them. */
    static void mark(FoldedText text, Marks marks) {
        new Shapes(text, marks).mark();
    }

    private void mark() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.at(i);
            if (c == '@') {
                email(i);
            } else if (c == ':' && i >= urlEnd && text.at(i + 1) == '/' && text.at(i + 2) == '/') {
                url(schemeStart(i), i + 3);
            } else if (c == 'w' && i >= urlEnd && startsWord(i) && follows(i, "www") && text.at(i + 3) == '.') {
                url(i, i + 4);
            }
            if (startsWord(i)) {
                if (isGrouped(i, UUID, "-", true)) {
                    add(i, i + 36, Kind.NUMBER);
                }
                if (i >= codeEnd) {
                    code(i);
                }
            }
            if (text.isDigit(i) && !text.isDigit(i - 1)) {
                number(i);
            }
        }
    }

    private void email(int at) {
        int start = at;
        while (start > 0
                && at - start < MAX_LOCAL
                && (text.isWordAt(start - 1) || "._%+'-".indexOf(text.at(start - 1)) >= 0)) {
            start--;
        }
        int end = at + 1;
        while (end < text.length()
                && end - at <= MAX_DOMAIN
                && (text.isWordAt(end) || text.at(end) == '.' || text.at(end) == '-')) {
            end++;
        }
        if (start < at && end > at + 1) {
            add(start, end, Kind.EMAIL);
        }
    }

    private int schemeStart(int colon) {
        int start = colon;
        while (start > 0 && colon - start < MAX_SCHEME && text.isWordAt(start - 1)) {
            start--;
        }
        return start;
    }

    private void url(int start, int from) {
        int end = from;
        while (end < text.length() && " <>\"'()[]{}".indexOf(text.at(end)) < 0) {
            end++;
        }
        add(start, end, Kind.URL);
        urlEnd = end;
    }

    /** Keys, and what is encoded in base64. */
    private void code(int start) {
        int end = start;
        int digits = 0;
        while (end < text.length() && (text.isWordAt(end) || "+/_".indexOf(text.at(end)) >= 0)) {
            digits += text.isDigit(end) ? 1 : 0;
            end++;
        }
        boolean padded = text.at(end) == '=' && end - start >= SHORT_CODE - 2 && (end - start + padding(end)) % 4 == 0;
        if (padded || end - start >= LONG_CODE && digits > 1) {
            add(start, end + padding(end), Kind.NUMBER);
        }
        codeEnd = end;
    }

    private int padding(int at) {
        return text.at(at) != '=' ? 0 : text.at(at + 1) == '=' ? 2 : 1;
    }

    private void number(int start) {
        int end = digitsEnd(start);
        boolean fraction = text.at(start - 1) == '.' && text.isDigit(start - 2);
        if (end - start >= LONG_NUMBER && !fraction) {
            add(start, end, Kind.NUMBER);
        }
        if (text.at(start - 1) == '+') {
            international(start);
        }
        if (!fraction) {
            grouped(start, SSN, "- .", Kind.NUMBER);
            grouped(start, NATIONAL_PHONE, "-. /", Kind.PHONE);
            grouped(start, FRENCH_PHONE, " .-", Kind.PHONE);
            grouped(start, CARD, " -", Kind.NUMBER);
            grouped(start, AMEX, " -", Kind.NUMBER);
            bracketed(start, end);
        }
        age(start, end);
    }

    /** {@code +41 44 123 45 67}. */
    private void international(int start) {
        int end = start;
        int digits = 0;
        int last = start;
        while (digits < MAX_PHONE_DIGITS
                && (text.isDigit(end) || " -.()/".indexOf(text.at(end)) >= 0)
                && end - last < 3) {
            if (text.isDigit(end)) {
                digits++;
                last = end;
            }
            end++;
        }
        if (digits >= MIN_PHONE_DIGITS) {
            add(start - 1, last + 1, Kind.PHONE);
        }
    }

    /** {@code (617) 555-0142}. */
    private void bracketed(int start, int end) {
        if (end - start != 3 || text.at(start - 1) != '(' || text.at(end) != ')') {
            return;
        }
        int second = text.at(end + 1) == ' ' ? end + 2 : end + 1;
        int behind = digitsEnd(second);
        if (behind - second == 3 && "-. ".indexOf(text.at(behind)) >= 0 && digitsEnd(behind + 1) - behind == 5) {
            add(start - 1, behind + 5, Kind.PHONE);
        }
    }

    private void grouped(int start, int[] groups, String separators, Kind kind) {
        if (isGrouped(start, groups, separators, false)) {
            int length = groups.length - 1;
            for (int group : groups) {
                length += group;
            }
            add(start, start + length, kind);
        }
    }

    /** Whether groups of digits of those lengths stand there, with one and the same separator between them. */
    private boolean isGrouped(int start, int[] groups, String separators, boolean hex) {
        int at = start;
        char separator = 0;
        for (int i = 0; i < groups.length; i++) {
            if (i > 0) {
                char c = text.at(at);
                if (separators.indexOf(c) < 0 || separator != 0 && c != separator) {
                    return false;
                }
                separator = c;
                at++;
            }
            int end = at;
            while (end - at <= groups[i] && (text.isDigit(end) || hex && text.at(end) >= 'a' && text.at(end) <= 'f')) {
                end++;
            }
            if (end - at != groups[i] || end > text.length()) {
                return false;
            }
            at = end;
        }
        return !text.isWordAt(at) || !hex && !text.isDigit(at);
    }

    /** 45 CFR 164.514(b)(2)(i)(C): ages over 89. */
    private void age(int start, int end) {
        if (end - start < 2 || end - start > 3) {
            return;
        }
        int age = 0;
        for (int i = start; i < end; i++) {
            age = age * 10 + text.at(i) - '0';
        }
        if (age < 90 || age > 129) {
            return;
        }
        for (String years : YEARS) {
            if (follows(end, years)) {
                add(start, end, Kind.AGE);
                return;
            }
        }
        int before = start - 1;
        while (before > 0 && start - before < 4 && " :=-".indexOf(text.at(before)) >= 0) {
            before--;
        }
        if (precedes(before, "age") || precedes(before, "aged") || precedes(before, "alter")) {
            add(start, end, Kind.AGE);
        }
    }

    /** Whether these letters follow, with a separator or none between any two. */
    private boolean follows(int from, String letters) {
        int at = from;
        for (int i = 0; i < letters.length(); i++) {
            for (int skipped = 0; skipped < 2 && !text.isWordAt(at) && at < text.length(); skipped++) {
                at++;
            }
            if (text.at(at) != letters.charAt(i)) {
                return false;
            }
            at++;
        }
        return !text.isLetter(at);
    }

    private boolean precedes(int last, String letters) {
        int start = last - letters.length() + 1;
        for (int i = 0; i < letters.length(); i++) {
            if (text.at(start + i) != letters.charAt(i)) {
                return false;
            }
        }
        return !text.isLetter(start - 1);
    }

    private int digitsEnd(int start) {
        int end = start;
        while (text.isDigit(end)) {
            end++;
        }
        return end;
    }

    private boolean startsWord(int i) {
        return text.isWordAt(i) && !text.isWordAt(i - 1);
    }

    private void add(int start, int end, Kind kind) {
        marks.add(text.from(start), text.to(Math.min(end, text.length()) - 1), kind);
    }
}
