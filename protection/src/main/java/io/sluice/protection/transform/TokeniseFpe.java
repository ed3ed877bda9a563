package io.sluice.protection.transform;

import io.sluice.core.rulebook.FpeForm;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;

/**
 * {@code tokenise-fpe}: a text replaced by another of the same form, by FF1 under the key of a domain. Characters of the
 * alphabet are replaced by such, separators stay where they are, and where the form says so a Luhn digit is right again.
 * Equal values of one domain have equal tokens; whoever holds the key gets them back.
 *
 * <p>What is no text, is shorter than the form says, holds any other character or a wrong Luhn digit fails the view.
 */
final class TokeniseFpe extends Transform.OfText {
    /** Names of its keys start with it. */
    static final String KEY_PREFIX = "fpe.";

    private final FpeTokens tokens;
    private final KeyId keyId;

    TokeniseFpe(String tenant, String domain, FpeForm form, RingKey key) {
        this.tokens = new FpeTokens(tenant, domain, form, key.secret());
        this.keyId = key.id();
    }

    @Override
    KeyId keyId() {
        return keyId;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        String token = field.kind() == JsonTape.STRING ? tokens.token(text) : null;
        return token == null ? Outcome.FAILED : string(token, out);
    }
}
