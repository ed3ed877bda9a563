package io.sluice.protection.text;

import java.util.Arrays;

/**
 * A text as it is searched, and where in the text each folded character comes from. {@link #compact} leaves out all but
 * letters and digits: separators tell {@code 617-555} from {@code (617) 555} to nobody. Confined to one thread.
 */
final class FoldedText {
    /** How a text is read. */
    enum Reading {
        /** As it stands. */
        RAW,
        /** With character references ({@code &#74;}, {@code %4a}, {@code \u004a}) resolved. */
        DECODED,
        /** The same, and tags of inline markup seen as nothing. */
        RENDERED
    }

    private char[] chars;
    private boolean[] upper;
    private int[] from;
    private int[] to;
    private int length;
    private int[] compact = new int[0];
    private int compactLength;

    private FoldedText(int capacity) {
        chars = new char[capacity];
        upper = new boolean[capacity];
        from = new int[capacity];
        to = new int[capacity];
    }

    static FoldedText of(String text, Reading reading) {
        FoldedText folded = new FoldedText(text.length() + 16);
        References references = new References(text);
        int at = 0;
        while (at < text.length()) {
            if (reading == Reading.RENDERED && text.charAt(at) == '<') {
                int end = InlineTags.endOf(text, at);
                if (end > at) {
                    at = end;
                    continue;
                }
            }
            int point = text.codePointAt(at);
            int end = at + Character.charCount(point);
            if (reading != Reading.RAW && references.read(at)) {
                point = references.point();
                end = references.end();
            }
            folded.add(point, at, end);
            at = end;
        }
        folded.compact();
        return folded;
    }

    private void add(int point, int start, int end) {
        String parts = Fold.of(point);
        boolean isUpper = Character.isUpperCase(point);
        for (int i = 0; i < parts.length(); i++) {
            if (length == chars.length) {
                int more = length * 2;
                chars = Arrays.copyOf(chars, more);
                upper = Arrays.copyOf(upper, more);
                from = Arrays.copyOf(from, more);
                to = Arrays.copyOf(to, more);
            }
            chars[length] = parts.charAt(i);
            upper[length] = isUpper;
            from[length] = start;
            to[length] = end;
            length++;
        }
    }

    private void compact() {
        compact = new int[length];
        for (int i = 0; i < length; i++) {
            if (isWord(chars[i])) {
                compact[compactLength++] = i;
            }
        }
    }

    int length() {
        return length;
    }

    /** A folded character; a blank beyond both ends. */
    char at(int index) {
        return index < 0 || index >= length ? ' ' : chars[index];
    }

    boolean isDigit(int index) {
        char c = at(index);
        return c >= '0' && c <= '9';
    }

    boolean isLetter(int index) {
        return isWord(at(index)) && !isDigit(index);
    }

    boolean isWordAt(int index) {
        return isWord(at(index));
    }

    /** Where a folded character starts in the text. */
    int from(int index) {
        return from[index];
    }

    /** Where it ends. */
    int to(int index) {
        return to[index];
    }

    int compactLength() {
        return compactLength;
    }

    char compactAt(int index) {
        return chars[compact[index]];
    }

    /** The folded character that a compact one is. */
    int ofCompact(int index) {
        return compact[index];
    }

    /** Whether a word starts or ends before that compact character. */
    boolean isBoundary(int index) {
        if (index <= 0 || index >= compactLength) {
            return true;
        }
        int here = compact[index];
        int before = compact[index - 1];
        return here - before > 1 || isDigit(here) != isDigit(before) || upper[here] && !upper[before];
    }

    /** Whether digits stand on both sides of that place, without anything between. */
    boolean splitsNumber(int index) {
        return index > 0
                && index < compactLength
                && compact[index] - compact[index - 1] == 1
                && isDigit(compact[index])
                && isDigit(compact[index - 1]);
    }

    /** Whether there is a blank between two compact characters, the first included and the last not. */
    boolean hasBlank(int start, int end) {
        for (int i = compact[start]; i < compact[end - 1]; i++) {
            if (chars[i] == ' ') {
                return true;
            }
        }
        return false;
    }

    static boolean isWord(char c) {
        return c < 0x80
                ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
                : Character.isLetterOrDigit(c)
                        || Character.isSurrogate(c)
                        || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }
}
