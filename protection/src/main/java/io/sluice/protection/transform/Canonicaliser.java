package io.sluice.protection.transform;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The form of a value before it is tokenised, so that values which mean the same get the same token. Its code is part of
 * what is hashed: a change of the rules is a new code.
 */
enum Canonicaliser {
    /** The characters as they are. */
    EXACT("exact-1") {
        @Override
        String apply(String text) {
            return text;
        }
    },
    /** NFKC, without blanks around. */
    TEXT("text-1") {
        @Override
        String apply(String text) {
            return nfkc(text);
        }
    },
    /** As {@code text}, the domain in lower case. */
    EMAIL("email-1") {
        @Override
        String apply(String text) {
            String plain = nfkc(text);
            int at = plain.lastIndexOf('@');
            return plain.substring(0, at + 1) + plain.substring(at + 1).toLowerCase(Locale.ROOT);
        }
    },
    /** The digits alone: card, social security and account numbers. */
    DIGITS("digits-1") {
        @Override
        @Nullable
        String apply(String text) {
            return digits(nfkc(text));
        }
    },
    /** {@code +} and digits where the number is international ({@code 00} counts as {@code +}), else the digits. */
    PHONE("phone-1") {
        @Override
        @Nullable
        String apply(String text) {
            String plain = nfkc(text);
            String digits = digits(plain);
            if (digits == null) {
                return null;
            }
            if (plain.startsWith("+")) {
                return "+" + digits;
            }
            return digits.startsWith("00") ? "+" + digits.substring(2) : digits;
        }
    };

    private final String code;

    Canonicaliser(String code) {
        this.code = code;
    }

    /** Name and version of the rules. */
    String code() {
        return code;
    }

    /** The canonical form; null where the value has none. */
    abstract @Nullable String apply(String text);

    private static String nfkc(String text) {
        return isAscii(text) || Normalizer.isNormalized(text, Normalizer.Form.NFKC)
                ? text.strip()
                : Normalizer.normalize(text, Normalizer.Form.NFKC).strip();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String digits(String text) {
        StringBuilder digits = new StringBuilder(text.length());
        text.chars().filter(c -> c >= '0' && c <= '9').forEach(c -> digits.append((char) c));
        return digits.length() == 0 ? null : digits.toString();
    }
}
