package io.sluice.protection.transform;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code generalise.zip3}: the first three digits of a US ZIP code, or {@code 000} where their area holds 20,000 people or
 * fewer (45 CFR 164.514(b)(2)(i)(B)) or the value is no ZIP code. Which areas those are says the rulebook's census table.
 * A number has lost its leading zeros and gets them back: 3601 is ZIP 03601.
 */
final class Zip3 extends Transform.OfText {
    private static final String NONE = "000";

    private final Set<String> restricted;

    Zip3(Set<String> restricted) {
        this.restricted = Set.copyOf(restricted);
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        out.plain(prefix(text.strip(), field.kind() == JsonTape.NUMBER));
        return Outcome.WRITTEN;
    }

    String prefix(String text, boolean number) {
        String zip = number ? padded(text) : text;
        if (zip == null || !isZip(zip)) {
            return NONE;
        }
        String prefix = zip.substring(0, 3);
        return restricted.contains(prefix) ? NONE : prefix;
    }

    private static @Nullable String padded(String number) {
        int length = number.length();
        if (length < 3 || length > 9 || length == 6 || length == 7) {
            return null;
        }
        return "0".repeat((length <= 5 ? 5 : 9) - length) + number;
    }

    /** {@code 02134}, {@code 02134-1234} or {@code 021341234}. */
    private static boolean isZip(String text) {
        boolean plusFour = text.length() == 10 && (text.charAt(5) == '-' || text.charAt(5) == ' ');
        if (text.length() != 5 && text.length() != 9 && !plusFour) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && !(plusFour && i == 5)) {
                return false;
            }
        }
        return true;
    }
}
