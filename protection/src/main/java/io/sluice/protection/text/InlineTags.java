package io.sluice.protection.text;

import java.util.Locale;
import java.util.Set;

/** Tags that a reader does not see, and that do not part a word: {@code Jo<b>hn</b>}. Stateless. */
final class InlineTags {
    static final Set<String> NAMES = Set.of(
            "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
            "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
            "var", "wbr");

    private static final int MAX_CHARS = 256;

    private InlineTags() {}

    /** Behind the tag or comment that starts there; the place itself where none does. */
    static int endOf(String text, int at) {
        int last = Math.min(text.length(), at + MAX_CHARS);
        if (text.startsWith("<!--", at)) {
            int close = text.substring(at, last).indexOf("-->", 4);
            return close >= 0 ? at + close + 3 : at;
        }
        int start = at + 1 < last && text.charAt(at + 1) == '/' ? at + 2 : at + 1;
        int name = start;
        while (name < last && Character.isLetterOrDigit(text.charAt(name))) {
            name++;
        }
        if (!NAMES.contains(text.substring(start, name).toLowerCase(Locale.ROOT))) {
            return at;
        }
        for (int end = name; end < last; end++) {
            if (text.charAt(end) == '>') {
                return end + 1;
            }
            if (text.charAt(end) == '<') {
                return at;
            }
        }
        return at;
    }
}
