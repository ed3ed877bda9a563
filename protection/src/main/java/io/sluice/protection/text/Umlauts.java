package io.sluice.protection.text;

import java.text.Normalizer;

/** Umlauts are written with dots, with an e, and with neither: Müller, Mueller, Muller. Stateless. */
final class Umlauts {
    private Umlauts() {}

    /** With an e, or a second a. */
    static String spelledOut(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        StringBuilder out = new StringBuilder(composed.length());
        for (int i = 0; i < composed.length(); i++) {
            char c = composed.charAt(i);
            switch (c) {
                case 'ä', 'Ä', 'æ', 'Æ' -> out.append("ae");
                case 'ö', 'Ö', 'ø', 'Ø', 'œ', 'Œ' -> out.append("oe");
                case 'ü', 'Ü' -> out.append("ue");
                case 'å', 'Å' -> out.append("aa");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** A folded word with neither. */
    static String contracted(String word) {
        return word.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a");
    }
}
