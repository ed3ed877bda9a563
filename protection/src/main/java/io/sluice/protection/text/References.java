package io.sluice.protection.text;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads character references: {@code &#74;}, {@code &#x4a;}, {@code &eacute;} (HTML 4), {@code %4A} (RFC 3986, printable
 * ASCII) and {@code \u004a}. An ampersand that is itself written as a reference starts one, to a depth of three. Confined
 * to one thread.
 */
final class References {
    private static final int MAX_DEPTH = 3;
    private static final int MAX_NAME = 8;
    private static final int MAX_DIGITS = 8;

    private static final Map<String, Integer> NAMED = new HashMap<>();

    static {
        String[] latin1 =
                ("nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 "
                                + "sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc "
                                + "Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve "
                                + "Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute "
                                + "acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde "
                                + "ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml")
                        .split(" ");
        for (int i = 0; i < latin1.length; i++) {
            NAMED.put(latin1[i], 0xa0 + i);
        }
        String others =
                "amp& lt< gt> quot\" apos' OElig\u0152 oelig\u0153 Scaron\u0160 scaron\u0161 Yuml\u0178 fnof\u0192 "
                        + "circ\u02c6 tilde\u02dc ensp\u2002 emsp\u2003 thinsp\u2009 zwnj\u200c zwj\u200d lrm\u200e rlm\u200f "
                        + "ndash\u2013 mdash\u2014 lsquo\u2018 rsquo\u2019 sbquo\u201a ldquo\u201c rdquo\u201d bdquo\u201e "
                        + "bull\u2022 hellip\u2026 prime\u2032 euro\u20ac trade\u2122 larr\u2190 uarr\u2191 rarr\u2192 darr\u2193 "
                        + "minus\u2212 le\u2264 ge\u2265 ne\u2260 micro\u00b5 alpha\u03b1 beta\u03b2 gamma\u03b3 delta\u03b4 mu\u03bc";
        for (String entry : others.split(" ")) {
            NAMED.put(entry.substring(0, entry.length() - 1), (int) entry.charAt(entry.length() - 1));
        }
    }

    private final String text;
    private int point;
    private int end;

    References(String text) {
        this.text = text;
    }

    /** Whether a reference starts there; it is then in {@link #point} and {@link #end}. */
    boolean read(int at) {
        return switch (text.charAt(at)) {
            case '&' -> ampersand(at + 1, 0);
            case '%' -> hex(at + 1, 2) && point > 0x20 && point < 0x7f;
            case '\\' -> at + 1 < text.length() && text.charAt(at + 1) == 'u' && hex(at + 2, 4) && joined();
            default -> false;
        };
    }

    /** What it stands for. */
    int point() {
        return point;
    }

    /** Behind it. */
    int end() {
        return end;
    }

    /**
     * The character of a reference with a semicolon, as XML and HTML demand it.
     *
     * @return null where it is not known or no character
     */
    static @Nullable Integer strict(String body) {
        if (!body.startsWith("#")) {
            return NAMED.get(body);
        }
        boolean hex = body.length() > 1 && (body.charAt(1) | 0x20) == 'x';
        String digits = body.substring(hex ? 2 : 1);
        if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
            return null;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), hex ? 16 : 10);
            if (digit < 0 || value > 0x10ffff) {
                return null;
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        return isXmlChar(value) ? value : null;
    }

    /** XML 1.0, production 2. */
    static boolean isXmlChar(int point) {
        return point >= 0x20 && point <= 0xd7ff
                || point == '\t'
                || point == '\n'
                || point == '\r'
                || point >= 0xe000 && point <= 0xfffd
                || point >= 0x10000 && point <= 0x10ffff;
    }

    /** What follows an ampersand; the semicolon may be missing, as browsers allow. */
    private boolean ampersand(int at, int depth) {
        int behind = -1;
        if (at < text.length() && text.charAt(at) == '#') {
            behind = numeric(at + 1);
        } else {
            int longest = at;
            while (longest < text.length() && longest - at < MAX_NAME && isAlphanumeric(text.charAt(longest))) {
                longest++;
            }
            for (int stop = longest; stop > at + 1 && behind < 0; stop--) {
                Integer known = NAMED.get(text.substring(at, stop));
                if (known != null) {
                    point = known;
                    behind = stop;
                }
            }
        }
        if (behind < 0) {
            return false;
        }
        end = behind < text.length() && text.charAt(behind) == ';' ? behind + 1 : behind;
        if (point == '&' && depth < MAX_DEPTH) {
            int shallow = end;
            if (!ampersand(end, depth + 1)) {
                point = '&';
                end = shallow;
            }
        }
        return true;
    }

    private int numeric(int at) {
        boolean hex = at < text.length() && (text.charAt(at) | 0x20) == 'x';
        int start = hex ? at + 1 : at;
        int stop = start;
        int value = 0;
        while (stop < text.length() && stop - start < MAX_DIGITS) {
            int digit = Character.digit(text.charAt(stop), hex ? 16 : 10);
            if (digit < 0 || value > 0x10ffff) {
                break;
            }
            value = value * (hex ? 16 : 10) + digit;
            stop++;
        }
        if (stop == start || value > 0x10ffff) {
            return -1;
        }
        point = value;
        return stop;
    }

    private boolean hex(int at, int digits) {
        if (at + digits > text.length()) {
            return false;
        }
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return false;
            }
            value = value << 4 | digit;
        }
        point = value;
        end = at + digits;
        return true;
    }

    /** The second half of a surrogate pair that is written the same way. */
    private boolean joined() {
        int first = point;
        int behind = end;
        if (Character.isHighSurrogate((char) first)
                && text.startsWith("\\u", behind)
                && hex(behind + 2, 4)
                && Character.isLowSurrogate((char) point)) {
            point = Character.toCodePoint((char) first, (char) point);
            return true;
        }
        point = first;
        end = behind;
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
