package io.sluice.protection.transform;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.rulebook.FpeForm;
import io.sluice.protection.crypto.Ff1;
import io.sluice.protection.crypto.SecretBytes;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * FF1 (NIST SP 800-38G) on the characters of a text that its form counts; separators stay where they are, and where the
 * form says so the last digit is a Luhn digit on both sides. FF1 protects no value from being altered: what is decrypted is
 * some value. Confined to one thread.
 */
final class FpeTokens {
    private static final String SEPARATORS = " -./()+:,_";
    private static final int TWEAK_BYTES = 16;

    private final FpeForm form;
    private final String characters;
    private final Ff1 ff1;

    FpeTokens(String tenant, String domain, FpeForm form, SecretBytes key) {
        this.form = form;
        this.characters = form.alphabet().characters();
        byte[] scope = new LengthPrefixed()
                .text("sluice-fpe")
                .u8(1)
                .text(tenant)
                .text(domain)
                .text(form.alphabet().code())
                .toBytes();
        this.ff1 = new Ff1(key, characters.length(), Arrays.copyOf(Sha256.digest(scope), TWEAK_BYTES));
    }

    /** The token of a value; null where the value has not the form. */
    @Nullable
    String token(String value) {
        return replaced(value, ff1::encrypt);
    }

    /** The value of a token; null where the token has not the form. */
    @Nullable
    String value(String token) {
        return replaced(token, ff1::decrypt);
    }

    private @Nullable String replaced(String text, UnaryOperator<byte[]> permutation) {
        byte[] numerals = numerals(text);
        if (numerals == null || numerals.length < form.minLength() || numerals.length > FpeForm.MAX_LENGTH) {
            return null;
        }
        if (form.luhn() && numerals[numerals.length - 1] != Luhn.digit(numerals, numerals.length - 1)) {
            return null;
        }
        int end = numerals.length - form.keepLast() - (form.luhn() ? 1 : 0);
        byte[] replaced = permutation.apply(Arrays.copyOfRange(numerals, form.keepFirst(), end));
        System.arraycopy(replaced, 0, numerals, form.keepFirst(), replaced.length);
        if (form.luhn()) {
            numerals[numerals.length - 1] = Luhn.digit(numerals, numerals.length - 1);
        }
        return written(text, numerals);
    }

    /** The values of the characters that count; null where one is neither that nor a separator. */
    private byte @Nullable [] numerals(String text) {
        byte[] numerals = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            int numeral = characters.indexOf(text.charAt(i));
            if (numeral >= 0) {
                numerals[length++] = (byte) numeral;
            } else if (SEPARATORS.indexOf(text.charAt(i)) < 0) {
                return null;
            }
        }
        return Arrays.copyOf(numerals, length);
    }

    private String written(String text, byte[] numerals) {
        StringBuilder written = new StringBuilder(text.length());
        int next = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            written.append(characters.indexOf(c) >= 0 ? characters.charAt(numerals[next++]) : c);
        }
        return written.toString();
    }
}
