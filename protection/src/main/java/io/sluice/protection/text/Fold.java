package io.sluice.protection.text;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Characters as they are compared: lower case, without accents, compatibility forms resolved (Unicode NFKD), digits of all
 * scripts as ASCII digits, Greek and Cyrillic in Latin letters, what no reader sees as nothing. Stateless.
 */
final class Fold {
    /** Latin letters that Unicode does not decompose, and the letters of two scripts as they are commonly transliterated. */
    private static final Map<Integer, String> LETTERS = letters("øo æae œoe đd ðd łl ħh ŧt þth ıi ĸk ŋn ſs ßss əe "
            + "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo "
            + "аa бb вv гg дd еe жzh зz иi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu яya "
            + "іi їi єe ґg јj љlj њnj ћc ђdj џdz");

    private static final char SYMBOL = '*';

    private static final String[] ASCII = new String[128];

    static {
        for (int c = 0; c < ASCII.length; c++) {
            ASCII[c] = Character.isWhitespace(c) ? " " : c < 0x20 || c == 0x7f ? "" : lower((char) c);
        }
    }

    private Fold() {}

    /** The characters that one is compared as: letters, digits, one blank for all white space, one hyphen for all dashes. */
    static String of(int point) {
        return point < ASCII.length ? ASCII[point] : ofOther(point);
    }

    private static String ofOther(int point) {
        int type = Character.getType(point);
        switch (type) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> {
                return " ";
            }
            case Character.DASH_PUNCTUATION -> {
                return "-";
            }
            case Character.DECIMAL_DIGIT_NUMBER -> {
                return String.valueOf((char) ('0' + Character.digit(point, 10)));
            }
            default -> {
                return isInvisible(point, type) ? "" : decomposed(point);
            }
        }
    }

    private static String decomposed(int point) {
        String text = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKD);
        // Upper case first: it resolves what has no lower case of its own.
        String folded = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        StringBuilder out = new StringBuilder(folded.length());
        folded.codePoints().forEach(part -> {
            if (isInvisible(part, Character.getType(part))) {
                return;
            }
            String letter = LETTERS.get(part);
            if (letter != null) {
                out.append(letter);
            } else if (part == '\u2212') {
                out.append('-');
            } else if (Character.isSupplementaryCodePoint(part) && !Character.isLetterOrDigit(part)) {
                out.append(
                        SYMBOL); // halves of an emoji would pass for letters, and a name beside it for a part of a word
            } else {
                out.appendCodePoint(part);
            }
        });
        return out.toString();
    }

    /** Controls, format characters, accents on their own, variation selectors, fillers. */
    private static boolean isInvisible(int point, int type) {
        return switch (type) {
            case Character.FORMAT,
                    Character.CONTROL,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.UNASSIGNED -> true;
            default -> point == 0x115f || point == 0x1160 || point == 0x3164 || point == 0xffa0 || point == 0x2800;
        };
    }

    private static String lower(char c) {
        return String.valueOf(c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
    }

    private static Map<Integer, String> letters(String table) {
        Map<Integer, String> letters = new HashMap<>();
        for (String entry : table.split(" ")) {
            letters.put((int) entry.charAt(0), entry.substring(1));
        }
        return Map.copyOf(letters);
    }
}
