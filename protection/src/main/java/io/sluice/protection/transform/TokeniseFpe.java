package io.sluice.protection.transform;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.rulebook.FpeForm;
import io.sluice.protection.crypto.Ff1;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code tokenise-fpe}: a text replaced by another of the same form, by FF1 (NIST SP 800-38G) under the key of a domain.
 * Characters of the alphabet are replaced by such, separators stay where they are, and where the form says so a Luhn digit is
 * right again. Equal values of one domain have equal tokens; whoever holds the key gets them back. FF1 protects no value from
 * being altered: what is decrypted is some value.
 *
 * <p>What is no text, is shorter than the form says, holds any other character or a wrong Luhn digit fails the view.
 */
final class TokeniseFpe extends Transform.OfText {
    /** Names of its keys start with it. */
    static final String KEY_PREFIX = "fpe.";

    private static final String SEPARATORS = " -./()+:,_";
    private static final int TWEAK_BYTES = 16;

    private final FpeForm form;
    private final String characters;
    private final Ff1 ff1;
    private final KeyId keyId;

    TokeniseFpe(String tenant, String domain, FpeForm form, RingKey key) {
        this.form = form;
        this.characters = form.alphabet().characters();
        this.keyId = key.id();
        byte[] scope = new LengthPrefixed()
                .text("sluice-fpe")
                .u8(1)
                .text(tenant)
                .text(domain)
                .text(form.alphabet().code())
                .toBytes();
        this.ff1 = new Ff1(key.secret(), characters.length(), Arrays.copyOf(Sha256.digest(scope), TWEAK_BYTES));
    }

    @Override
    KeyId keyId() {
        return keyId;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        byte[] numerals = field.kind() == JsonTape.STRING ? numerals(text) : null;
        if (numerals == null || numerals.length < form.minLength() || numerals.length > FpeForm.MAX_LENGTH) {
            return Outcome.FAILED;
        }
        if (form.luhn() && numerals[numerals.length - 1] != Luhn.digit(numerals, numerals.length - 1)) {
            return Outcome.FAILED;
        }
        int end = numerals.length - form.keepLast() - (form.luhn() ? 1 : 0);
        byte[] token = ff1.encrypt(Arrays.copyOfRange(numerals, form.keepFirst(), end));
        System.arraycopy(token, 0, numerals, form.keepFirst(), token.length);
        if (form.luhn()) {
            numerals[numerals.length - 1] = Luhn.digit(numerals, numerals.length - 1);
        }
        return string(written(text, numerals), out);
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
