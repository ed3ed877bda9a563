package io.sluice.core.rulebook;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/**
 * The form of the values that {@code tokenise-fpe} replaces by others of the same form, and how much of them it replaces.
 *
 * @param alphabet the characters that count; others are separators and stay
 * @param minLength fewest characters of the alphabet in a value
 * @param keepFirst how many of the first stay
 * @param keepLast how many of the last stay
 * @param luhn whether the last digit is a check digit (ISO/IEC 7812-1 Annex B), computed anew
 */
public record FpeForm(Alphabet alphabet, int minLength, int keepFirst, int keepLast, boolean luhn) {
    /** Fewest values that FF1 may permute: NIST SP 800-38G Rev. 1, second public draft, section 5. */
    public static final BigInteger FLOOR = BigInteger.valueOf(1_000_000);
    /** Most characters of a value. */
    public static final int MAX_LENGTH = 256;

    /** A closed list of alphabets. */
    public enum Alphabet {
        /** Card, account, social security and telephone numbers. */
        DIGITS("0123456789"),
        /** Latin capitals. */
        UPPER("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        /** Digits and Latin capitals: IBAN, plates, member numbers. */
        ALPHANUMERIC("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        /** Digits and Latin letters of both cases, which are told apart. */
        BASE62("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

        private final String characters;

        Alphabet(String characters) {
            this.characters = characters;
        }

        /** Its characters in the order of their values. */
        public String characters() {
            return characters;
        }

        /** Its name in rulebooks. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The alphabet of that name. */
        public static Optional<Alphabet> ofCode(String code) {
            for (Alphabet alphabet : values()) {
                if (alphabet.code().equals(code)) {
                    return Optional.of(alphabet);
                }
            }
            return Optional.empty();
        }
    }

    /** Refuses a form that contradicts itself or leaves fewer than {@link #FLOOR} values to choose from. */
    public FpeForm {
        if (minLength < 1 || minLength > MAX_LENGTH || keepFirst < 0 || keepLast < 0) {
            throw new IllegalArgumentException(
                    "min-length is 1 to " + MAX_LENGTH + ", keep-first and keep-last at least 0");
        }
        if (luhn && alphabet != Alphabet.DIGITS) {
            throw new IllegalArgumentException("luhn needs the alphabet digits");
        }
        if (luhn && keepLast > 0) {
            throw new IllegalArgumentException("luhn computes the last digit anew, so keep-last cannot keep it");
        }
        int free = minLength - keepFirst - keepLast - (luhn ? 1 : 0);
        BigInteger values = BigInteger.valueOf(alphabet.characters().length()).pow(Math.max(free, 0));
        if (values.compareTo(FLOOR) < 0) {
            throw new IllegalArgumentException(
                    "FF1 would choose among " + values + " values, and NIST SP 800-38G Rev. 1 "
                            + "asks for 1000000: keep fewer characters, or use tokenise");
        }
    }
}
